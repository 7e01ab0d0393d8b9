using AsrService.Engine.Sessions;
using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;
using Kind = AsrService.Contracts.V1.StreamingTranscribeRequest.RequestOneofCase;

namespace AsrService.Server.Transcriber;

/// <summary>Carries a live call's requests into its session; it reads on only when the session has taken the last one.</summary>
internal sealed class SessionFeeder(
    RequestReader<V1.StreamingTranscribeRequest> reader, TranscriptionSession session, AudioIntake intake,
    ModelFacts model, ConfigLedger configs, CancellationToken stop)
{
    private static readonly float[] Zeros = new float[16 * 1024];

    private StreamPhase _phase = StreamPhase.Running;

    /// <summary>Called with the sequence expected next, whenever it has grown.</summary>
    public required Action<long> Acknowledge { get; init; }

    /// <summary>Called with what the session has taken in.</summary>
    public required Action<IntakeFrames> Received { get; init; }

    /// <summary>Writes a warning.</summary>
    public required Func<V1.Warning, Task> WarnAsync { get; init; }

    /// <summary>Counts audio that was taken in, times its channels; false once the tenant has sent more than it may.</summary>
    public required Func<TimeSpan, bool> Charge { get; init; }

    /// <summary>Gets the input, for a call that goes on with it.</summary>
    public required InputKeeper Keeper { get; init; }

    /// <summary>Of all audio.</summary>
    public required RawFormat Format { get; init; }

    /// <returns>Why no more audio comes.</returns>
    /// <exception cref="Grpc.Core.RpcException">A message that must not come.</exception>
    /// <exception cref="Engine.AsrException">The session has failed.</exception>
    public async Task<V1.EndReason> RunAsync()
    {
        while (true)
        {
            switch (await reader.NextAsync())
            {
                case ReadOutcome.Completed:
                    _phase = StreamOrder.HalfClosed(_phase);
                    return V1.EndReason.AudioCompleted;
                case ReadOutcome.Idle:
                    return V1.EndReason.Idle;
                case ReadOutcome.Stopping:
                    return V1.EndReason.Drain;
            }

            var request = reader.Current;
            _phase = StreamOrder.Next(_phase, request.RequestCase);
            if (request.RequestCase == Kind.Control)
            {
                await ObeyAsync(request.Control);
                if (request.Control.ControlCase != V1.Control.ControlOneofCase.KeepAlive) Keeper.Add(request.Control);
                continue;
            }

            var frames = request.RequestCase == Kind.Audio ? intake.Take(request.Audio) : intake.Take(request.Silence);
            if (frames.Count > 0) Keeper.Add(frames);
            if (!await TryWriteAsync(frames)) return V1.EndReason.Drain;
            Acknowledge(intake.Next);
            Received(frames);
            if (frames.ReachesLimit) return V1.EndReason.SessionLimit;
            if (!Charge(ExactDuration.OfFrames(frames.Count * Format.Channels, Format.SampleRate))) return V1.EndReason.TenantQuota;
        }
    }

    /// <summary>Feeds the session with what an earlier call left; the keeper has it already.</summary>
    /// <returns>Why no more audio comes; null where more may come.</returns>
    public async Task<V1.EndReason?> ReplayAsync(KeptInput kept)
    {
        foreach (var piece in kept.Pieces)
        {
            if (piece.Wish is { } wish)
            {
                await ObeyAsync(wish);
                continue;
            }

            var frames = intake.Take(piece);
            if (!await TryWriteAsync(frames)) return V1.EndReason.Drain;
            if (frames.ReachesLimit) return V1.EndReason.SessionLimit;
        }

        return null;
    }

    /// <returns>False where the server stops meanwhile.</returns>
    private async Task<bool> TryWriteAsync(IntakeFrames frames)
    {
        try
        {
            if (!frames.Samples.IsEmpty) await session.WriteAsync(frames.Samples, stop);
            else await WriteSilenceAsync(frames.Count * Format.Channels);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false; // where the call itself ended, whoever ended it tells
        }
    }

    private async ValueTask WriteSilenceAsync(long samples)
    {
        int most = Zeros.Length / Format.Channels * Format.Channels;
        while (samples > 0)
        {
            int count = (int)Math.Min(samples, most);
            await session.WriteAsync(Zeros.AsMemory(0, count), stop);
            samples -= count;
        }
    }

    private async Task ObeyAsync(V1.Control control)
    {
        switch (control.ControlCase)
        {
            case V1.Control.ControlOneofCase.Finalize:
                session.FinalizeSegments();
                break;
            case V1.Control.ControlOneofCase.Update:
                var (update, isTruncated) = SessionMapping.ReadUpdate(control.Update, model);
                configs.Add(control.Update, update);
                session.Update(update);
                if (isTruncated) await WarnAsync(Warnings.BiasingTruncated());
                break;
            case V1.Control.ControlOneofCase.KeepAlive:
                break; // that it came is all
            default:
                throw Refusals.BadValue("control", "is not set; or it is of a kind that this server does not know.");
        }
    }
}
