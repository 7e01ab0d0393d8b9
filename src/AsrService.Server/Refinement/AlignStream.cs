using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Refinement;

/// <summary>One stream to an aligner service, shared by many callers; answers find their callers by the segment's id.</summary>
/// <remarks>
/// Thread-safe. A caller that gives up leaves the stream as it is: a write that was begun is not cancelled, which would
/// end the stream, and the answer is dropped. One that waited in vain ends a stream that answered nobody meanwhile.
/// </remarks>
internal sealed class AlignStream : IAsyncDisposable
{
    private const int MostUnwritten = 64;

    private readonly AsyncDuplexStreamingCall<V1.StreamingAlignRequest, V1.StreamingAlignResponse> _call;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<V1.StreamingAlignResponse>> _waiting = new();
    private readonly Channel<V1.AlignSegment> _unwritten = Channel.CreateBounded<V1.AlignSegment>(MostUnwritten);
    private readonly Task _running;
    private volatile RpcException? _end;
    private long _ids;
    private long _answers;

    /// <param name="call">Owned.</param>
    /// <param name="patience">How long a caller waits.</param>
    /// <param name="time">Its clock.</param>
    public AlignStream(
        AsyncDuplexStreamingCall<V1.StreamingAlignRequest, V1.StreamingAlignResponse> call, TimeSpan patience, TimeProvider time)
    {
        (_call, _patience, _time) = (call, patience, time);
        _running = Task.WhenAll(Task.Run(WriteAsync), Task.Run(ReadAsync));
    }

    /// <summary>Whether nothing more can be asked.</summary>
    public bool IsOver => _end is not null;

    /// <summary>Has a segment aligned.</summary>
    /// <param name="segment">Gets its id.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="RpcException">The stream has ended, or did not answer in time.</exception>
    /// <exception cref="Engine.AsrException">The segment was refused.</exception>
    public async Task<V1.AlignResponse> AlignAsync(V1.AlignSegment segment, CancellationToken cancellationToken)
    {
        segment.SegmentId = Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture);
        var answer = _waiting.GetOrAdd(segment.SegmentId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        long answered = Interlocked.Read(ref _answers);
        try
        {
            if (_end is { } end) throw end; // asked after it was put in: an end meanwhile is not missed
            var answering = AskAsync(segment, answer.Task, cancellationToken);
            var response = await answering.WaitAsync(_patience, _time, cancellationToken);
            return response.Alignment ?? throw AlignmentMessages.ToFailure(response.Error ?? new() { Code = (int)StatusCode.Internal });
        }
        catch (TimeoutException)
        {
            var late = new RpcException(new Status(StatusCode.DeadlineExceeded, "The aligner did not answer in time."));
            if (Interlocked.Read(ref _answers) == answered) End(late);
            throw late;
        }
        finally
        {
            _waiting.TryRemove(segment.SegmentId, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        End(Closed());
        await _running;
        _call.Dispose();
    }

    private async Task<V1.StreamingAlignResponse> AskAsync(
        V1.AlignSegment segment, Task<V1.StreamingAlignResponse> answer, CancellationToken cancellationToken)
    {
        try
        {
            await _unwritten.Writer.WriteAsync(segment, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            // The answer tells.
        }

        return await answer;
    }

    private async Task WriteAsync()
    {
        try
        {
            await _call.RequestStream.WriteAsync(new() { Config = new() { AudioFormat = AlignmentMessages.Format } });
            await foreach (var segment in _unwritten.Reader.ReadAllAsync())
            {
                if (_waiting.ContainsKey(segment.SegmentId)) await _call.RequestStream.WriteAsync(new() { Segment = segment });
            }
        }
        catch (Exception broken) when (broken is RpcException or InvalidOperationException or IOException)
        {
            // The reading half has the status.
        }
    }

    private async Task ReadAsync()
    {
        var end = Closed();
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                var response = _call.ResponseStream.Current;
                Interlocked.Increment(ref _answers);
                if (_waiting.TryGetValue(response.SegmentId, out var answer)) answer.TrySetResult(response);
            }
        }
        catch (RpcException failure)
        {
            end = failure;
        }

        End(end);
    }

    private void End(RpcException end)
    {
        _end ??= end;
        _unwritten.Writer.TryComplete();
        _call.Dispose();
        foreach (var answer in _waiting.Values) answer.TrySetException(_end);
    }

    private static RpcException Closed() => new(new Status(StatusCode.Unavailable, "The aligner has closed the stream."));
}
