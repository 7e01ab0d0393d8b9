using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace AsrService.Kernels.Workers;

/// <summary>
/// The threads that compute: the caller and <c>Threads − 1</c> helpers, which spin for some microseconds after a job and
/// then sleep, so that an idle service burns no processor.
/// </summary>
/// <remarks>
/// A job is a number of items; whoever is free claims the next. One caller at a time. A fork and join costs about a
/// microsecond while the helpers spin, against four of <c>Parallel.For</c>, and allocates nothing.
/// </remarks>
internal sealed unsafe class WorkerSet : IDisposable
{
    private static readonly long SpinTicks = Stopwatch.Frequency / 25_000; // 40 us: longer than the serial part between two operations

    private readonly Helper[] _helpers;
    private delegate*<void*, int, int, void> _body;
    private void* _state;
    private int _unclaimed; // items nobody has begun; a claim is valid only while its job is current, so late helpers are harmless
    private int _unfinished;
    private Exception? _fault; // the first of the current job
    private volatile bool _stopping;

    /// <summary>A set of <paramref name="threads"/> threads in all.</summary>
    public WorkerSet(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _helpers = new Helper[threads - 1];
        for (int i = 0; i < _helpers.Length; i++) _helpers[i] = new Helper(this, i + 1);
    }

    /// <summary>Threads that compute, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Helpers that are asleep; for tests.</summary>
    public int Sleeping => _helpers.Count(helper => helper.IsAsleep);

    /// <summary>Calls body(state, item, worker) once for every item in 0..items, on any thread; returns when all are done.</summary>
    /// <param name="body">Worker is 0 for the caller, 1 to Threads − 1 for helpers: an index of scratch memory.</param>
    /// <param name="state">Usually a struct on the caller's stack.</param>
    /// <param name="items">Number of items.</param>
    /// <exception cref="Exception">
    /// What body threw first, here and not on a helper, where it would end the process; and not before every item has
    /// ended, for until then they use the caller's stack. Items not yet begun may be left out.
    /// </exception>
    public void Run(delegate*<void*, int, int, void> body, void* state, int items)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (_helpers.Length == 0 || items == 1)
        {
            for (int item = 0; item < items; item++) body(state, item, 0);
            return;
        }

        _body = body;
        _state = state;
        Volatile.Write(ref _unfinished, items);
        Interlocked.Exchange(ref _unclaimed, items); // publishes the job: a full fence before Wake looks for sleepers
        foreach (var helper in _helpers) helper.Wake();
        ClaimItems(0);
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _unfinished) != 0) spinner.SpinOnce(sleep1Threshold: -1);
        if (_fault is not null) ThrowFault();
    }

    public void Dispose()
    {
        _stopping = true;
        Interlocked.MemoryBarrier(); // as in Run: published before Wake looks for sleepers, or a helper could sleep for ever
        foreach (var helper in _helpers) helper.Dispose();
    }

    private void ClaimItems(int worker)
    {
        while (true)
        {
            int left = Volatile.Read(ref _unclaimed);
            if (left == 0) return;
            if (Interlocked.CompareExchange(ref _unclaimed, left - 1, left) != left) continue;

            try
            {
                if (Volatile.Read(ref _fault) is null) _body(_state, left - 1, worker);
            }
            catch (Exception fault)
            {
                Interlocked.CompareExchange(ref _fault, fault, null);
            }
            Interlocked.Decrement(ref _unfinished);
        }
    }

    private void ThrowFault()
    {
        var fault = _fault!;
        _fault = null;
        ExceptionDispatchInfo.Throw(fault);
    }

    private sealed class Helper : IDisposable
    {
        private readonly WorkerSet _owner;
        private readonly int _worker;
        private readonly Thread _thread;
        private readonly SemaphoreSlim _signal = new(0);
        private int _parked;

        public Helper(WorkerSet owner, int worker)
        {
            (_owner, _worker) = (owner, worker);
            _thread = new Thread(Work) { IsBackground = true, Name = $"asr-worker-{worker}" };
            _thread.Start();
        }

        public bool IsAsleep => Volatile.Read(ref _parked) == 1;

        public void Wake()
        {
            if (Volatile.Read(ref _parked) == 1 && Interlocked.Exchange(ref _parked, 0) == 1) _signal.Release();
        }

        public void Dispose()
        {
            Wake();
            _thread.Join();
            _signal.Dispose();
        }

        private void Work()
        {
            while (!_owner._stopping)
            {
                _owner.ClaimItems(_worker);
                if (SpinForWork()) continue;

                Interlocked.Exchange(ref _parked, 1);
                bool called = Volatile.Read(ref _owner._unclaimed) != 0 || _owner._stopping;
                // Whoever takes the flag back decides: if a waker has it already, its signal must be consumed.
                if (!called || Interlocked.Exchange(ref _parked, 0) == 0) _signal.Wait();
            }
        }

        private bool SpinForWork()
        {
            long end = Stopwatch.GetTimestamp() + SpinTicks;
            while (Stopwatch.GetTimestamp() < end)
            {
                if (Volatile.Read(ref _owner._unclaimed) != 0 || _owner._stopping) return true;
                Thread.SpinWait(8);
            }
            return false;
        }
    }
}
