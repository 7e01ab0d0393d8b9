using Grpc.Core;

namespace AsrService.Hosting;

/// <summary>What waiting for a request came to.</summary>
internal enum ReadOutcome
{
    /// <summary>There is one.</summary>
    Message,

    /// <summary>The caller has half-closed.</summary>
    Completed,

    /// <summary>None came for the idle limit.</summary>
    Idle,

    /// <summary>The server stops.</summary>
    Stopping,
}

/// <summary>Reads a call's requests; the idle limit counts only while it waits.</summary>
/// <param name="requests">The requests.</param>
/// <param name="maxIdle">The idle limit.</param>
/// <param name="time">Its clock.</param>
/// <param name="abort">The call is ending.</param>
/// <param name="stop">Ends waiting alone; cancelled by <paramref name="abort"/> too.</param>
internal sealed class RequestReader<T>(
    IAsyncStreamReader<T> requests, TimeSpan maxIdle, TimeProvider time, CancellationToken abort, CancellationToken stop)
    : IDisposable
    where T : class
{
    private readonly CancellationTokenSource _reading = new();
    private Task<bool>? _unfinished;

    /// <summary>The newest request.</summary>
    public T Current => requests.Current;

    /// <summary>Waits for the next one, or goes on waiting for it; not again after the end.</summary>
    public async Task<ReadOutcome> NextAsync()
    {
        _unfinished ??= requests.MoveNext(_reading.Token);
        try
        {
            bool isMessage = await _unfinished.WaitAsync(maxIdle, time, stop);
            _unfinished = null;
            return isMessage ? ReadOutcome.Message : ReadOutcome.Completed;
        }
        catch (TimeoutException)
        {
            return ReadOutcome.Idle;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            return ReadOutcome.Stopping;
        }
    }

    /// <summary>
    /// Ends a read that nobody waits for any more, and with it the whole call: that is what cancelling a read means.
    /// </summary>
    public async Task EndAsync()
    {
        if (_unfinished is null) return;
        await _reading.CancelAsync();
        await ((Task)_unfinished).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _reading.Dispose();
}
