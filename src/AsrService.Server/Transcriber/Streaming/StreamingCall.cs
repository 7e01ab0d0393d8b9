using AsrService.Engine;
using AsrService.Engine.Sessions;
using AsrService.Hosting;
using AsrService.Server.Diagnostics;
using AsrService.Server.Refinement;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>One live call, from its config or resume to its status.</summary>
/// <remarks>
/// Three loops share the session: the feeder (requests in), the pump (events out) and the flow timer. When the feeder
/// ends without a fault, the session's remaining events are written, then <c>ended</c>.
/// </remarks>
internal sealed class StreamingCall : IDisposable
{
    private readonly CallContext _context;
    private readonly ServerCallContext _call;
    private readonly Caller _caller;
    private readonly SessionMeter _meter;
    private readonly DrainTicket _ticket;
    private readonly CancellationTokenSource _stop; // no more is taken in: the grace period is over, or superseded
    private readonly CallScope _scope;
    private readonly RequestReader<V1.StreamingTranscribeRequest> _reader;
    private readonly ResponseQueue<V1.StreamingTranscribeResponse> _queue;
    private readonly Lock _gate = new();
    private ResponseStream? _responses;
    private SessionRefinements? _refinements; // null where words keep estimated times
    private TranscriptionSession? _session;
    private QuotaLease? _quota;
    private bool _isSuperseded;

    public StreamingCall(
        CallContext context, IAsyncStreamReader<V1.StreamingTranscribeRequest> requests,
        IServerStreamWriter<V1.StreamingTranscribeResponse> responses, SessionMeter meter, ServerCallContext call)
    {
        var (maxIdle, time) = (context.Limits.MaxIdle, context.Time);
        (_context, _call, _caller, _meter) = (context, call, context.Access.Of(call), meter);
        _ticket = context.Drain.Enter();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_ticket.Over);
        _scope = new CallScope(call.CancellationToken, _stop.Token);
        _reader = new(requests, maxIdle, time, _scope.Abort, _scope.Input);
        _queue = new(responses, maxIdle, time, _scope.Abort);
    }

    /// <summary>The session; null before it has its places.</summary>
    public LiveSession? Session { get; private set; }

    /// <exception cref="RpcException">The status, where it is not OK.</exception>
    /// <exception cref="AsrException">The engine refused or ended the session.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task RunAsync()
    {
        try
        {
            var model = ModelFacts.Of(_context.Model, _context.Aligner);
            var opening = Opening.Read(await ReadFirstAsync(), model, _caller.Tenant, _context.Tokens, _context.Sessions);
            bool isLost = false;
            try
            {
                await _context.Log.FollowAsync(
                    "StreamingTranscribe", opening.SessionId, _caller, opening.Plan.Effective.Recognition.ClientRequestId,
                    () => RunSessionAsync(opening, model));
            }
            catch (Exception broken) when (broken is OperationCanceledException or IOException)
            {
                isLost = _call.CancellationToken.IsCancellationRequested;
                throw;
            }
            finally
            {
                _context.Sessions.Leave(opening.SessionId, this, isLost);
            }
        }
        catch (Exception failure) when (_responses?.Token is { } token)
        {
            ResumeTokenDetail.Attach(failure, token);
            throw;
        }
        finally
        {
            await _scope.AbortAsync();
            await _reader.EndAsync();
        }
    }

    /// <summary>A newer call has the session: frees its place at once, and ends this call.</summary>
    public void Supersede()
    {
        TranscriptionSession? session;
        QuotaLease? quota;
        lock (_gate) (_isSuperseded, session, quota) = (true, _session, _quota);
        _ = _stop.CancelAsync();
        quota?.Dispose();
        if (session is not null) _ = session.DisposeAsync().AsTask(); // completes at once
    }

    public void Dispose()
    {
        _reader.Dispose();
        _queue.Dispose();
        _scope.Dispose();
        _ticket.Dispose();
    }

    private async Task<V1.StreamingTranscribeRequest> ReadFirstAsync()
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
        if (_reader.Current.Resume is not null) _meter.Resuming();
        return _reader.Current;
    }

    private async Task RunSessionAsync(Opening opening, ModelFacts model)
    {
        var plan = opening.Plan;
        _context.Sessions.Take(opening.SessionId, this);
        using var quota = _context.Quotas.Enter(_caller, plan.Format.Channels);
        await using var session = OpenSession(opening, quota);
        var keeper = new InputKeeper(plan.Format, _context.Limits.MaxBufferedAudio, session.FirstFrame, opening.Kept);
        Session = new LiveSession(opening.ProfileFor(_call.Peer, _context.Model.Name, _context.Time.GetUtcNow()), session, keeper);
        _context.Sessions.Connect(opening.SessionId);
        _meter.Started(_context.Model.Name, plan.Format);
        _meter.Replaying((double)(keeper.End - session.FirstFrame) / plan.Format.SampleRate);
        var configs = new ConfigLedger(plan.Effective);
        _responses = new(_queue, opening.SessionId, Seal, _context.Time);
        var intake = new AudioIntake(plan.Format, _context.Limits, opening.From is null ? null : session.FirstFrame);
        _responses.Acknowledge(keeper.End);
        await GreetAsync(opening, session);
        await using var refinements = _refinements = plan.Options.Samples
            ? new(_context.Aligner, opening.SessionId, plan.Format.Channels, _context.Time, _scope.Input)
            : null;
        var reason = await RunLoopsAsync(session, intake, opening, model, configs);
        ThrowUnlessCompleted(reason, quota);

        byte[] Seal(SessionCheckpoint at)
        {
            keeper.Told(at.FirstFrame(plan.Format.SampleRate));
            return _context.Tokens.Seal(
                new ResumeToken(opening.SessionId, opening.Tenant, keeper.Origin, configs.At(at.Updates), at.ToBytes()));
        }
    }

    private TranscriptionSession OpenSession(Opening opening, QuotaLease quota)
    {
        var session = _context.Model.Engine.OpenSession(opening.Plan.Options, opening.From);
        lock (_gate)
        {
            (_session, _quota) = (session, quota);
            if (!_isSuperseded) return session;
        }

        _ = session.DisposeAsync().AsTask();
        throw Refusals.Superseded();
    }

    private async Task GreetAsync(Opening opening, TranscriptionSession session)
    {
        var started = new V1.Started
        {
            EffectiveConfig = opening.Plan.Effective,
            Limits = LimitsMapping.ToMessage(_context.Limits),
            Model = LimitsMapping.ToMessage(_context.Model, _context.Aligner),
        };
        if (opening.From is not null)
        {
            started.Resumed = true;
            started.ResendFrom = new V1.ResendFrom { Sequence = (ulong)(opening.Kept?.End ?? session.FirstFrame) };
        }

        await _responses!.WriteAsync(new() { Started = started }, () => session.Standing);
        foreach (var warning in opening.Plan.Warnings) await WarnAsync(session, warning);
    }

    private Task WarnAsync(TranscriptionSession session, V1.Warning warning) =>
        _responses!.WriteAsync(new() { Warning = warning }, () => (session.Cursors, null));

    private async Task<V1.EndReason> RunLoopsAsync(
        TranscriptionSession session, AudioIntake intake, Opening opening, ModelFacts model, ConfigLedger configs)
    {
        var feeder = new SessionFeeder(_reader, session, intake, model, configs, _scope.Input)
        {
            Acknowledge = _responses!.Acknowledge,
            Received = _meter.Received,
            WarnAsync = warning => WarnAsync(session, warning),
            Charge = length => _quota!.TryTake(length),
            Format = opening.Plan.Format,
            Keeper = Session!.Input,
        };
        var pump = _scope.Run(() => PumpAsync(session));
        var refining = _scope.Run(() => RefineAsync(session));
        var flow = _scope.Run(() => TellFlowAsync(session));
        try
        {
            var reason = await _scope.Run(() => FeedAsync(feeder, session, opening.Kept));
            _meter.Ending(reason);
            if (reason is V1.EndReason.Drain or V1.EndReason.Superseded) await _scope.EndOutputAsync();
            await _queue.WhileReadAsync(pump);
            await _queue.WhileReadAsync(refining); // as long as an alignment may take
            await _scope.EndOutputAsync();
            await _queue.WhileReadAsync(flow);
            if (_isSuperseded) reason = V1.EndReason.Superseded;
            var ended = new V1.Ended { Reason = reason, Totals = Totals(session, intake, opening.Plan.Format) };
            await _queue.WhileReadAsync(_scope.Run(() => _responses.WriteAsync(new() { Ended = ended }, () => session.Standing)));
            return reason;
        }
        finally
        {
            await _scope.CollapseAsync(); // before the session is disposed, which the loops use
        }
    }

    private async Task<V1.EndReason> FeedAsync(SessionFeeder feeder, TranscriptionSession session, KeptInput? kept)
    {
        try
        {
            var reason = kept is null ? null : await feeder.ReplayAsync(kept);
            reason ??= await feeder.RunAsync();
            Session!.Complete();
            if (reason != V1.EndReason.Drain) session.Complete();
            return reason.Value;
        }
        catch (ObjectDisposedException) when (_isSuperseded)
        {
            return V1.EndReason.Superseded; // met amid a request
        }
    }

    private async Task PumpAsync(TranscriptionSession session)
    {
        while (await session.ReadAsync(_scope.Output) is { } happened)
        {
            await _responses!.WriteAsync(happened);
            session.Delivered(happened);
            if (happened is ResultEvent { IsFinal: true } final) _refinements?.Add(final);
        }

        _refinements?.Complete();
    }

    private Task RefineAsync(TranscriptionSession session) => _refinements is null
        ? Task.CompletedTask
        : _refinements.RunAsync(message => _responses!.WriteAsync(message, () => (session.Cursors, null)));

    private async Task TellFlowAsync(TranscriptionSession session)
    {
        var (policy, time) = (new FlowPolicy(), _context.Time);
        long began = time.GetTimestamp();
        using var timer = new PeriodicTimer(FlowPolicy.Look, time);
        while (await timer.WaitForNextTickAsync(_scope.Output))
        {
            var cursors = session.Cursors;
            var lag = cursors.Received - cursors.Processed;
            var next = policy.Next(time.GetElapsedTime(began), lag, _context.Drain.IsDraining);
            if (next is not { } advice) continue;
            var flow = new V1.Flow { Lag = Duration.FromTimeSpan(lag), Advice = advice };
            await _responses!.WriteAsync(new() { Flow = flow }, () => session.Standing);
        }
    }

    private V1.StreamTotals Totals(TranscriptionSession session, AudioIntake intake, RawFormat format) => new()
    {
        Audio = Duration.FromTimeSpan(ExactDuration.OfFrames(intake.Taken, format.SampleRate)),
        Speech = Duration.FromTimeSpan(session.Speech),
        Finals = _responses!.Finals,
        Partials = _responses.Partials,
    };

    private void ThrowUnlessCompleted(V1.EndReason reason, QuotaLease quota)
    {
        if (reason == V1.EndReason.TenantQuota) throw quota.UsedUp();
        if (reason == V1.EndReason.Idle) throw Refusals.Idle(_context.Limits.MaxIdle);
        if (reason == V1.EndReason.Drain) throw Refusals.Draining();
        if (reason == V1.EndReason.Superseded) throw Refusals.Superseded();
        if (reason != V1.EndReason.SessionLimit) return;
        throw Refusals.OverLimit(
            ErrorReasons.SessionLimit,
            $"A call holds at most {ExactDuration.Text(_context.Limits.MaxSession)} of audio; resume to go on.");
    }
}
