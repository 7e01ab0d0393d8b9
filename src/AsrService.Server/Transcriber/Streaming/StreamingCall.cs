using AsrService.Engine.Sessions;
using AsrService.Hosting;
using AsrService.Server.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>One live call, from its config to its status.</summary>
/// <remarks>
/// Three loops share the session: the feeder (requests in), the pump (events out) and the flow timer. When the feeder
/// ends without a fault, the session's remaining events are written, then <c>ended</c>.
/// </remarks>
internal sealed class StreamingCall : IDisposable
{
    private readonly CallContext _context;
    private readonly SessionMeter _meter;
    private readonly CallScope _scope;
    private readonly RequestReader<V1.StreamingTranscribeRequest> _reader;
    private readonly ResponseQueue<V1.StreamingTranscribeResponse> _queue;
    private readonly ResponseStream _responses;
    private readonly string _id = ResultId.NewSession();

    public StreamingCall(
        CallContext context, IAsyncStreamReader<V1.StreamingTranscribeRequest> requests,
        IServerStreamWriter<V1.StreamingTranscribeResponse> responses, SessionMeter meter, CancellationToken gone)
    {
        var (maxIdle, time) = (context.Limits.MaxIdle, context.Time);
        (_context, _meter) = (context, meter);
        _scope = new CallScope(gone, context.State.Stopping);
        _reader = new(requests, maxIdle, time, _scope.Abort, _scope.Input);
        _queue = new(responses, maxIdle, time, _scope.Abort);
        _responses = new(_queue, _id, time);
    }

    /// <exception cref="RpcException">The status, where it is not OK.</exception>
    /// <exception cref="Engine.AsrException">The engine refused or ended the session.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task RunAsync()
    {
        try
        {
            var model = ModelFacts.Of(_context.Model);
            var plan = SessionMapping.Read(await ReadConfigAsync(), model);
            await using var session = _context.Model.Engine.OpenSession(plan.Options);
            _meter.Started(_context.Model.Name, plan.Format);
            await GreetAsync(plan);
            var intake = new AudioIntake(plan.Format, _context.Limits);
            var reason = await RunLoopsAsync(session, intake, plan, model);
            ThrowUnlessCompleted(reason);
        }
        finally
        {
            await _scope.AbortAsync();
            await _reader.EndAsync();
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _queue.Dispose();
        _scope.Dispose();
    }

    private async Task<V1.StreamingConfig> ReadConfigAsync()
    {
        switch (await _reader.NextAsync())
        {
            case ReadOutcome.Completed:
                StreamOrder.HalfClosed(StreamPhase.Opening);
                break;
            case ReadOutcome.Idle:
                throw Refusals.Idle(_context.Limits.MaxIdle);
            case ReadOutcome.Stopping:
                throw Refusals.Draining();
        }

        StreamOrder.Next(StreamPhase.Opening, _reader.Current.RequestCase);
        return _reader.Current.Config;
    }

    private async Task GreetAsync(SessionPlan plan)
    {
        var started = new V1.Started
        {
            EffectiveConfig = plan.Effective,
            Limits = LimitsMapping.ToMessage(_context.Limits),
            Model = LimitsMapping.ToMessage(_context.Model),
        };
        await _responses.WriteAsync(new() { Started = started }, default);
        foreach (var warning in plan.Warnings) await _responses.WriteAsync(new() { Warning = warning }, default);
    }

    private async Task<V1.EndReason> RunLoopsAsync(
        TranscriptionSession session, AudioIntake intake, SessionPlan plan, ModelFacts model)
    {
        var feeder = new SessionFeeder(_reader, session, intake, model, _scope.Input)
        {
            Acknowledge = _responses.Acknowledge,
            Received = _meter.Received,
            WarnAsync = warning => _responses.WriteAsync(new() { Warning = warning }, session.Cursors),
            Channels = plan.Format.Channels,
        };
        var pump = _scope.Run(() => PumpAsync(session));
        var flow = _scope.Run(() => TellFlowAsync(session));
        try
        {
            var reason = await _scope.Run(feeder.RunAsync);
            _meter.Ending(reason);
            if (reason == V1.EndReason.Drain) await _scope.EndOutputAsync();
            else session.Complete();

            await _queue.WhileReadAsync(pump);
            await _scope.EndOutputAsync();
            await _queue.WhileReadAsync(flow);
            var ended = new V1.Ended { Reason = reason, Totals = Totals(session, intake, plan.Format) };
            await _queue.WhileReadAsync(_scope.Run(() => _responses.WriteAsync(new() { Ended = ended }, session.Cursors)));
            return reason;
        }
        finally
        {
            await _scope.CollapseAsync(); // before the session is disposed, which the loops use
        }
    }

    private async Task PumpAsync(TranscriptionSession session)
    {
        while (await session.ReadAsync(_scope.Output) is { } happened)
        {
            await _responses.WriteAsync(EventMapping.ToMessage(happened, _id), happened.Cursors);
            session.Delivered(happened);
        }
    }

    private async Task TellFlowAsync(TranscriptionSession session)
    {
        var (policy, time) = (new FlowPolicy(), _context.Time);
        long began = time.GetTimestamp();
        using var timer = new PeriodicTimer(FlowPolicy.Look, time);
        while (await timer.WaitForNextTickAsync(_scope.Output))
        {
            var cursors = session.Cursors;
            var lag = cursors.Received - cursors.Processed;
            if (policy.Next(time.GetElapsedTime(began), lag) is not { } advice) continue;
            var flow = new V1.Flow { Lag = Duration.FromTimeSpan(lag), Advice = advice };
            await _responses.WriteAsync(new() { Flow = flow }, cursors);
        }
    }

    private V1.StreamTotals Totals(TranscriptionSession session, AudioIntake intake, RawFormat format) => new()
    {
        Audio = Duration.FromTimeSpan(ExactDuration.OfFrames(intake.Next, format.SampleRate)),
        Speech = Duration.FromTimeSpan(session.Speech),
        Finals = _responses.Finals,
        Partials = _responses.Partials,
    };

    private void ThrowUnlessCompleted(V1.EndReason reason)
    {
        if (reason == V1.EndReason.Idle) throw Refusals.Idle(_context.Limits.MaxIdle);
        if (reason == V1.EndReason.Drain) throw Refusals.Draining();
        if (reason != V1.EndReason.SessionLimit) return;
        throw Refusals.OverLimit(
            ErrorReasons.SessionLimit,
            $"A session holds at most {ExactDuration.Text(_context.Limits.MaxSession)} of audio; start another one.");
    }
}
