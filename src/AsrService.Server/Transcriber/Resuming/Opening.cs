using AsrService.Engine.Sessions;
using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>What a live call begins with: a new session, or one that goes on.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Plan">How it is recognized.</param>
/// <param name="Tenant">Whose session it is.</param>
/// <param name="From">Where it goes on; null for a new one.</param>
internal sealed record Opening(string SessionId, SessionPlan Plan, string Tenant, SessionCheckpoint? From)
{
    /// <summary>What is kept here of its input; null for nothing that helps.</summary>
    public KeptInput? Kept { get; private init; }

    /// <summary>What is known here of the session; null for nothing.</summary>
    public SessionProfile? Known { get; private init; }

    /// <summary>Reads the first message.</summary>
    /// <exception cref="Grpc.Core.RpcException">What is wrong with it.</exception>
    public static Opening Read(
        V1.StreamingTranscribeRequest request, ModelFacts model, string tenant, ResumeTokens tokens, LiveSessions sessions) =>
        request.Resume is { } resume
            ? Read(resume, model, tenant, tokens, sessions)
            : new Opening(ResultId.NewSession(), SessionMapping.Read(request.Config, model), tenant, null);

    /// <summary>What the session is, in a call from somewhere.</summary>
    public SessionProfile ProfileFor(string peer, string model, DateTimeOffset now) => new(
        SessionId, Plan.Effective.Recognition.ClientRequestId, Tenant, peer, model, Plan.Format.ToMessage(),
        Known?.Began ?? now, (Known?.Resumes ?? 0) + (From is null ? 0u : 1));

    private static Opening Read(
        V1.Resume resume, ModelFacts model, string tenant, ResumeTokens tokens, LiveSessions sessions)
    {
        var token = tokens.Open(resume.ResumeToken.Span, resume.SessionId, tenant) ?? throw Refusals.TokenInvalid();
        var plan = SessionMapping.Read(resume.Config ?? new V1.StreamingConfig(), model);
        if (!ConfigLedger.HashOf(plan.Effective).AsSpan().SequenceEqual(token.ConfigHash))
        {
            throw Refusals.Unmet(
                ErrorReasons.ConfigMismatch, "resume.config", "is not the config in force at the token's final cursor.");
        }

        var from = SessionCheckpoint.FromBytes(token.Checkpoint);
        int rate = plan.Format.SampleRate;
        long first = from.FirstFrame(rate);
        var (known, input) = sessions.Find(resume.SessionId); // the token is good, so it is the caller's own
        var kept = input?.Origin == token.Origin ? input.From(first, frames => from.Covers(frames, rate)) : null;
        long needed = kept?.End ?? first;
        if (resume.FirstSequence > (ulong)needed) throw Refusals.ResumeGap(needed, resume.FirstSequence);
        return new Opening(resume.SessionId, plan, tenant, from) { Kept = kept, Known = known };
    }
}
