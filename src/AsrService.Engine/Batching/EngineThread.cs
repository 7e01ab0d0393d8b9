namespace AsrService.Engine.Batching;

/// <summary>The thread that runs the loop: wakes on work, sleeps without, and leaves a heartbeat.</summary>
internal sealed class EngineThread : IAsyncDisposable
{
    private readonly BatchLoop _loop;
    private readonly Action _warmUp;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Lock _gate = new();
    private readonly List<IWorkSource> _added = [];
    private readonly List<TaskCompletionSource> _idlers = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private volatile bool _hasWork = true; // the warm-up
    private long _heartbeat;

    /// <param name="loop">Owned.</param>
    /// <param name="warmUp">Run first; no model that fails at it serves anybody.</param>
    /// <param name="time">The clock of the heartbeat.</param>
    public EngineThread(BatchLoop loop, Action warmUp, TimeProvider time)
    {
        (_loop, _warmUp, _time) = (loop, warmUp, time);
        _heartbeat = time.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "batch loop" };
    }

    public Task Ready => _ready.Task;

    /// <summary>Whether anything waits for the model, or the loop has not looked yet.</summary>
    public bool HasWork => _hasWork;

    public TimeSpan SinceHeartbeat => _time.GetElapsedTime(Interlocked.Read(ref _heartbeat));

    /// <summary>What ended the loop; null while it lives.</summary>
    public Exception? Fault { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>Adds a source; it leaves by itself when it is closed.</summary>
    public void Add(IWorkSource source)
    {
        lock (_gate)
        {
            if (Fault is null && !_isStopping)
            {
                _added.Add(source);
                return;
            }
        }
        source.Fail(new AsrException(AsrFailure.Stopping, "The engine is stopping.", Fault));
    }

    /// <summary>There may be work.</summary>
    public void Wake()
    {
        if (!_hasWork) Beat(); // the work waits from now on, not since the loop fell asleep
        _hasWork = true;
        try
        {
            _wake.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is to wake anyway, or has stopped.
        }
    }

    /// <summary>Completes when all that was there to be done before the call is done; for tests that own the clock.</summary>
    public Task WhenIdleAsync()
    {
        var idler = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_stopped.Task.IsCompleted) return Task.CompletedTask;
            _idlers.Add(idler);
        }
        Wake();
        return idler.Task;
    }

    /// <summary>Ends the loop after its step; whatever is under way fails.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate) _isStopping = true;
        Wake();
        await _stopped.Task;
        _wake.Dispose();
    }

    private void Run()
    {
        var all = new List<IWorkSource>(); // to be told of the end
        try
        {
            _warmUp();
            _ready.TrySetResult();
            while (!_isStopping)
            {
                TakeAdded(all);
                Beat();
                if (_loop.Step()) continue;
                Sleep();
            }
        }
        catch (Exception fault) // a broken invariant: nothing may be trusted any more, and everybody is told
        {
            lock (_gate) Fault = fault;
            _ready.TrySetException(fault);
        }
        try
        {
            TellAll(all);
            _loop.Dispose();
        }
        catch (Exception fault) // a broken model may not be able to free anything either
        {
            lock (_gate) Fault ??= fault;
        }
        lock (_gate) _stopped.TrySetResult(); // no idler comes after this
        EndIdling();
    }

    private void TellAll(List<IWorkSource> all)
    {
        TakeAdded(all);
        var reason = new AsrException(AsrFailure.Stopping, "The engine has stopped.", Fault);
        foreach (var source in all.Where(source => !source.IsClosed)) source.Fail(reason);
    }

    private void EndIdling()
    {
        lock (_gate)
        {
            foreach (var idler in _idlers) idler.SetResult();
            _idlers.Clear();
        }
    }

    private void Sleep()
    {
        _hasWork = false;
        Beat();
        EndIdling(); // who waited for it finds the loop asleep
        _wake.Wait();
        Beat();
        _hasWork = true; // a wake may have come before the line that says there is none
    }

    private void Beat() => Interlocked.Exchange(ref _heartbeat, _time.GetTimestamp());

    private void TakeAdded(List<IWorkSource> all)
    {
        lock (_gate)
        {
            if (_added.Count == 0) return;
            all.RemoveAll(source => source.IsClosed);
            foreach (var source in _added) _loop.Add(source);
            all.AddRange(_added);
            _added.Clear();
        }
    }
}
