using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Drains the service: new calls are refused, running ones may finish within the grace period and are ended then. A
/// signal to stop drains first; what is left of the service stops when the last call has gone.
/// </summary>
/// <remarks>Serving ──Begin──▶ draining ──grace period──▶ calls ended; draining ──Cancel──▶ serving. Thread-safe.</remarks>
public sealed class DrainController(IOptions<AsrOptions> options, TimeProvider time) : IHostedLifecycleService
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5); // for calls to say why they end

    private readonly Lock _gate = new();
    private readonly HashSet<DrainTicket> _running = [];
    private TaskCompletionSource? _empty;
    private ITimer? _timer;
    private int _drains;

    /// <summary>Raised when draining has begun or was cancelled.</summary>
    public event Action? Changed;

    /// <summary>Whether new calls are refused.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Whether the process ends after it.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>When running calls are ended; null while the service does not drain.</summary>
    public DateTimeOffset? Ends { get; private set; }

    /// <summary>Calls that run.</summary>
    public int RunningCalls
    {
        get
        {
            lock (_gate) return _running.Count;
        }
    }

    /// <summary>Notes a call.</summary>
    /// <exception cref="Grpc.Core.RpcException">UNAVAILABLE: the service drains.</exception>
    public DrainTicket Enter()
    {
        lock (_gate)
        {
            if (IsDraining) throw Refusals.Draining();
            var ticket = new DrainTicket(Leave);
            _running.Add(ticket);
            return ticket;
        }
    }

    /// <summary>Begins to drain; where it does already, nothing happens.</summary>
    /// <param name="gracePeriod">How long running calls may go on; null for the configured time.</param>
    public void Begin(TimeSpan? gracePeriod = null)
    {
        var grace = gracePeriod ?? options.Value.Drain.GracePeriod;
        lock (_gate)
        {
            if (IsDraining) return;
            (IsDraining, Ends) = (true, time.GetUtcNow() + grace);
            foreach (var ticket in _running) ticket.Begin();
            int drain = ++_drains; // the timer of one that was cancelled may be firing
            _timer = time.CreateTimer(_ => EndCalls(drain), null, grace, Timeout.InfiniteTimeSpan);
        }

        Changed?.Invoke();
    }

    /// <summary>Serves again, unless the process is stopping.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            if (!IsDraining || IsStopping) return;
            (IsDraining, Ends) = (false, null);
            _timer?.Dispose();
            _timer = null;
        }

        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Task empty;
        lock (_gate)
        {
            IsStopping = true;
            _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_running.Count == 0) _empty.SetResult();
            empty = _empty.Task;
        }

        Begin();
        if (!await IsDoneAsync(empty, options.Value.Drain.GracePeriod, cancellationToken).ConfigureAwait(false))
        {
            EndCalls(_drains); // a drain that was begun before may have a longer time
            await IsDoneAsync(empty, LastWords, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> IsDoneAsync(Task empty, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await empty.WaitAsync(within, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private void EndCalls(int drain)
    {
        lock (_gate)
        {
            if (!IsDraining || drain != _drains) return; // cancelled meanwhile
            foreach (var ticket in _running) ticket.End();
        }
    }

    private void Leave(DrainTicket ticket)
    {
        lock (_gate)
        {
            if (_running.Remove(ticket) && _running.Count == 0) _empty?.TrySetResult();
        }
    }
}
