using AsrService.Contracts.V1;
using Grpc.Core;

namespace AsrService.Client;

/// <summary>How one call of a stream ended.</summary>
/// <param name="Failure">Null where the session is over and everything final is out.</param>
/// <param name="HadProgress">Whether more became final, or it lasted.</param>
/// <param name="IsSuperseded">Whether a newer call took the session over.</param>
/// <param name="IsHopeless">Whether the same fault came at the same place again.</param>
internal sealed record CallEnd(
    CallFailure? Failure, bool HadProgress = false, bool IsSuperseded = false, bool IsHopeless = false);

/// <summary>One call of a stream: sends what the log has, reads what comes.</summary>
/// <remarks>Opening ──started──▶ running ──status──▶ over. It ends from anywhere when nothing comes for too long.</remarks>
internal sealed class StreamCall : IDisposable
{
    private static readonly StreamingTranscribeRequest KeepAlive = new() { Control = new Control { KeepAlive = new() } };

    private readonly AsrClientOptions _options;
    private readonly CancellationTokenSource _watch;
    private readonly CancellationTokenRegistration _stopping;
    private readonly CancellationToken _stop;
    private AsyncDuplexStreamingCall<StreamingTranscribeRequest, StreamingTranscribeResponse>? _call;

    private StreamCall(Connection connection, AsrClientOptions options, CancellationToken stop)
    {
        (Connection, _options, _stop) = (connection, options, stop);
        _watch = new CancellationTokenSource(options.AnswerTimeout, options.Time);
        _stopping = stop.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _watch);
    }

    public Connection Connection { get; }

    /// <summary>The first response.</summary>
    public StreamingTranscribeResponse Greeting { get; private set; } = null!;

    /// <summary>Opens a call and waits until the session runs.</summary>
    /// <exception cref="RpcException">It was refused, or nobody answers.</exception>
    public static async Task<StreamCall> OpenAsync(
        Connection connection, StreamingTranscribeRequest first, AsrClientOptions options, CancellationToken stop)
    {
        var call = new StreamCall(connection, options, stop);
        try
        {
            await call.OpenAsync(first).ConfigureAwait(false);
            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    /// <summary>Runs to its end.</summary>
    /// <param name="log">What to send.</param>
    /// <param name="keepsAlive">Whether a sign of life is sent where nothing else is.</param>
    /// <param name="take">Called with each response, one after another.</param>
    public async Task<CallEnd> RunAsync(ReplayLog log, bool keepsAlive, Func<StreamingTranscribeResponse, Task> take)
    {
        using var over = new CancellationTokenSource();
        var sending = SendAsync(log, keepsAlive, over.Token);
        try
        {
            return await ReadAsync(take).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            _call!.Dispose(); // so that a write that waits for the server ends
            await sending.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _call?.Dispose();
        _stopping.Dispose();
        _watch.Dispose();
    }

    private async Task OpenAsync(StreamingTranscribeRequest first)
    {
        _call = Connection.Transcriber.StreamingTranscribe(await PrepareAsync().ConfigureAwait(false));
        try
        {
            await _call.RequestStream.WriteAsync(first).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // Reading tells why.
        }

        if (!await NextAsync(_options.AnswerTimeout).ConfigureAwait(false) || _call.ResponseStream.Current.Started is null)
            throw new RpcException(new Status(StatusCode.Unknown, "The service did not begin with its greeting."));
        Greeting = _call.ResponseStream.Current;
    }

    private async Task<CallOptions> PrepareAsync()
    {
        try
        {
            return await Connection.CallAsync(_watch.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"No bearer token came for {_options.AnswerTimeout}."));
        }
    }

    private async Task<CallEnd> ReadAsync(Func<StreamingTranscribeResponse, Task> take)
    {
        var ended = EndReason.Unspecified;
        try
        {
            while (await NextAsync(_options.Reconnect.DeadAfter).ConfigureAwait(false))
            {
                var response = _call!.ResponseStream.Current;
                if (response.Ended is not null) ended = response.Ended.Reason;
                await take(response).ConfigureAwait(false);
            }

            if (ended == EndReason.AudioCompleted) return new CallEnd(null);
            throw new RpcException(new Status(StatusCode.Unknown, "The call ended before its session."));
        }
        catch (RpcException) when (ended == EndReason.AudioCompleted)
        {
            return new CallEnd(null); // all was said; only the status was lost
        }
        catch (RpcException broken)
        {
            return new CallEnd(new CallFailure(broken, Connection.Address), IsSuperseded: ended == EndReason.Superseded);
        }
    }

    /// <summary>Whether a response came; the status is thrown.</summary>
    private async Task<bool> NextAsync(TimeSpan patience)
    {
        _watch.CancelAfter(patience);
        try
        {
            return await _call!.ResponseStream.MoveNext(_watch.Token).ConfigureAwait(false);
        }
        catch (RpcException) when (_stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(_stop);
        }
        catch (RpcException cancelled) when (_watch.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"Nothing came for {patience}.", cancelled.Status.DebugException));
        }
        finally
        {
            _watch.CancelAfter(Timeout.InfiniteTimeSpan); // the caller's own time does not count
        }
    }

    private async Task SendAsync(ReplayLog log, bool keepsAlive, CancellationToken over)
    {
        var limits = Greeting.Started.Limits;
        int maxBytes = limits?.MaxAudioMessageBytes is > 0 and var bytes ? (int)bytes : 64 * 1024;
        var patience = keepsAlive ? (limits?.MaxIdle?.ToTimeSpan() ?? TimeSpan.FromSeconds(30)) / 3 : Timeout.InfiniteTimeSpan;
        try
        {
            while (true)
            {
                var changed = log.Changed;
                switch (log.TryNext(maxBytes, out var message))
                {
                    case ReplayStep.Message:
                        await _call!.RequestStream.WriteAsync(message!, over).ConfigureAwait(false);
                        break;
                    case ReplayStep.Done:
                        await _call!.RequestStream.CompleteAsync().ConfigureAwait(false);
                        return;
                    default:
                        if (!await IsInTimeAsync(changed, patience, over).ConfigureAwait(false))
                            await _call!.RequestStream.WriteAsync(KeepAlive, over).ConfigureAwait(false);
                        break;
                }
            }
        }
        catch (Exception ended) when (ended is RpcException or OperationCanceledException or InvalidOperationException)
        {
            // The call is over, and the responses tell how.
        }
    }

    private async Task<bool> IsInTimeAsync(Task changed, TimeSpan patience, CancellationToken over)
    {
        try
        {
            await changed.WaitAsync(patience, _options.Time, over).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
