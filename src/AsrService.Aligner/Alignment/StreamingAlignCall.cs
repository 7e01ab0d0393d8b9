using System.Text;
using AsrService.Hosting;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Aligner;

/// <summary>Many segments on one call: read in order, aligned together, answered as they are done.</summary>
/// <remarks>
/// <code>
/// config ──▶ segments, at most 64 unanswered ──half-close──▶ the rest is answered ──▶ OK
///                                            ──drain───────▶ the rest is answered ──▶ UNAVAILABLE
/// </code>
/// </remarks>
internal sealed class StreamingAlignCall : IDisposable
{
    private const int MostUnanswered = 64, MaxIdBytes = 128;

    private readonly AlignerContext _context;
    private readonly Caller _caller;
    private readonly ServerCallContext _call;
    private readonly DrainTicket _ticket;
    private readonly CancellationTokenSource _draining = new(); // without a timer: nothing is to be freed
    private readonly CallScope _scope;
    private readonly CancellationTokenSource _work;
    private readonly RequestReader<V1.StreamingAlignRequest> _reader;
    private readonly ResponseQueue<V1.StreamingAlignResponse> _responses;
    private readonly SemaphoreSlim _free = new(MostUnanswered);
    private readonly List<Task> _answering = []; // at most as many, and some that are done

    public StreamingAlignCall(
        AlignerContext context, Caller caller, IAsyncStreamReader<V1.StreamingAlignRequest> requests,
        IServerStreamWriter<V1.StreamingAlignResponse> responses, ServerCallContext call)
    {
        (_context, _caller, _call) = (context, caller, call);
        _ticket = context.Drain.Enter();
        context.Drain.Changed += HeedDrain;
        HeedDrain(); // it may have begun before anybody listened
        _scope = new CallScope(call.CancellationToken, _draining.Token);
        _work = CancellationTokenSource.CreateLinkedTokenSource(_scope.Abort, _ticket.Over);
        var idle = context.Limits.MaxIdle;
        _reader = new RequestReader<V1.StreamingAlignRequest>(requests, idle, context.Time, _scope.Abort, _scope.Input);
        _responses = new ResponseQueue<V1.StreamingAlignResponse>(responses, idle, context.Time, _scope.Abort);
    }

    /// <exception cref="RpcException">The status that the call ends with.</exception>
    public async Task RunAsync()
    {
        try
        {
            var taking = _scope.Run(TakeAllAsync);
            await _responses.WhileReadAsync(taking);
            if (_draining.Token.IsCancellationRequested && await taking == ReadOutcome.Stopping) throw Refusals.Draining();
        }
        finally
        {
            await _reader.EndAsync();
            await _scope.CollapseAsync();
        }
    }

    public void Dispose()
    {
        _context.Drain.Changed -= HeedDrain;
        _free.Dispose();
        _responses.Dispose();
        _reader.Dispose();
        _work.Dispose();
        _scope.Dispose();
        _ticket.Dispose();
    }

    private void HeedDrain()
    {
        if (_context.Drain.IsDraining) _ = _draining.CancelAsync();
    }

    /// <returns>Why no more segments were taken; all that were are answered.</returns>
    private async Task<ReadOutcome> TakeAllAsync()
    {
        var outcome = ReadOutcome.Stopping;
        try
        {
            outcome = await _reader.NextAsync();
            if (outcome == ReadOutcome.Idle) throw Refusals.Idle(_context.Limits.MaxIdle);
            if (outcome != ReadOutcome.Message) return outcome;
            var format = ReadConfig(_reader.Current);
            await _context.Log.FollowAsync(
                "StreamingAlign", AlignmentHeader.NewId(), _caller, _reader.Current.Config.ClientRequestId,
                async () => outcome = await TakeSegmentsAsync(format));
            return outcome;
        }
        finally
        {
            await Task.WhenAll(_answering);
        }
    }

    private async Task<ReadOutcome> TakeSegmentsAsync(RawFormat? format)
    {
        using var quota = _context.Quotas.Enter(_caller, 1);
        while (true)
        {
            if (!await TryReserveAsync()) return ReadOutcome.Stopping;
            switch (await _reader.NextAsync())
            {
                case ReadOutcome.Message:
                    _answering.RemoveAll(static answer => answer.IsCompletedSuccessfully);
                    _answering.Add(AnswerAsync(ReadSegment(_reader.Current), format, quota));
                    break;
                case ReadOutcome.Idle when _free.CurrentCount == MostUnanswered - 1: // only what was reserved for the next
                    throw Refusals.Idle(_context.Limits.MaxIdle);
                case ReadOutcome.Idle: // the caller may be waiting for us
                    _free.Release();
                    break;
                case var end:
                    return end;
            }
        }
    }

    /// <summary>Waits until fewer than 64 segments are unanswered.</summary>
    private async Task<bool> TryReserveAsync()
    {
        try
        {
            await _free.WaitAsync(_scope.Input);
            return true;
        }
        catch (OperationCanceledException) when (_draining.Token.IsCancellationRequested && !_scope.Abort.IsCancellationRequested)
        {
            return false;
        }
    }

    private RawFormat? ReadConfig(V1.StreamingAlignRequest request)
    {
        CheckKind(request);
        if (request.Config is not { } config) throw Refusals.MessageOrder("The first message must be config.");
        var violations = new Violations();
        var format = AlignmentHeader.Check(config.Model, config.AudioFormat, config.ClientRequestId, violations.At("config"));
        violations.ThrowIfAny();
        AlignmentHeader.CheckModel(config.Model, _context);
        return format;
    }

    private static V1.AlignSegment ReadSegment(V1.StreamingAlignRequest request)
    {
        CheckKind(request);
        return request.Segment ?? throw Refusals.MessageOrder("config comes once, as the first message; expected segment.");
    }

    private static void CheckKind(V1.StreamingAlignRequest request)
    {
        if (request.RequestCase == V1.StreamingAlignRequest.RequestOneofCase.None)
            throw Refusals.BadValue("request", "holds neither config nor segment.");
    }

    /// <summary>Aligns a segment and answers it, well or not; only a caller who has gone gets no answer.</summary>
    private async Task AnswerAsync(V1.AlignSegment segment, RawFormat? format, QuotaLease quota)
    {
        var response = new V1.StreamingAlignResponse { SegmentId = segment.SegmentId };
        try
        {
            response.Alignment = await AlignAsync(segment, format, quota);
        }
        catch (OperationCanceledException) when (_ticket.Over.IsCancellationRequested && !_scope.Abort.IsCancellationRequested)
        {
            response.Error = StatusOf(Refusals.Draining());
        }
        catch (Exception failure) when (!_scope.Abort.IsCancellationRequested)
        {
            var answer = _context.Failures.Answer(failure, _call) ?? failure as RpcException;
            if (answer is null) throw; // the caller has gone this very moment
            response.Error = StatusOf(answer);
        }

        await _responses.WriteAsync(() => response);
        _free.Release();
    }

    private Task<V1.AlignResponse> AlignAsync(V1.AlignSegment segment, RawFormat? format, QuotaLease quota)
    {
        var violations = new Violations();
        var field = violations.At("");
        int idBytes = Encoding.UTF8.GetByteCount(segment.SegmentId);
        if (idBytes is < 1 or > MaxIdBytes) field["segment_id"].Refuse($"{idBytes} bytes are not in 1 to {MaxIdBytes}.");
        var task = AlignmentTask.Check(segment.Audio, format, segment.Text, segment.Language, _context, field);
        violations.ThrowIfAny();
        return task!.RunAsync(_context, quota, _work.Token);
    }

    private static Google.Rpc.Status StatusOf(RpcException failure) => failure.GetRpcStatus()
        ?? new Google.Rpc.Status { Code = (int)failure.StatusCode, Message = failure.Status.Detail };
}
