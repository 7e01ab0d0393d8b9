using Grpc.Core;

namespace AsrService.Server.Transcriber;

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
/// <param name="abort">Ends the call; cancelling a read of gRPC means no less.</param>
/// <param name="stop">Ends waiting alone; cancelled by <paramref name="abort"/> too.</param>
internal sealed class RequestReader<T>(
    IAsyncStreamReader<T> requests, TimeSpan maxIdle, TimeProvider time, CancellationToken abort, CancellationToken stop)
    where T : class
{
    private Task<bool>? _unfinished;

    /// <summary>The newest request.</summary>
    public T Current => requests.Current;

    /// <summary>Waits for the next one; not again after anything but a message.</summary>
    public async Task<ReadOutcome> NextAsync()
    {
        _unfinished = requests.MoveNext(abort);
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

    /// <summary>Sees a read through that nobody waits for any more; call it once the call is aborted.</summary>
    public async Task EndAsync()
    {
        if (_unfinished is null) return;
        await ((Task)_unfinished).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
