using AsrService.Engine.Sessions;
using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>What a live call begins with: a new session, or one that goes on.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Plan">How it is recognized.</param>
/// <param name="From">Where it goes on; null for a new one.</param>
internal sealed record Opening(string SessionId, SessionPlan Plan, SessionCheckpoint? From)
{
    /// <summary>Reads the first message.</summary>
    /// <exception cref="Grpc.Core.RpcException">What is wrong with it.</exception>
    public static Opening Read(V1.StreamingTranscribeRequest request, ModelFacts model, ResumeTokens tokens, string tenant) =>
        request.Resume is { } resume
            ? Read(resume, model, tokens, tenant)
            : new Opening(ResultId.NewSession(), SessionMapping.Read(request.Config, model), null);

    private static Opening Read(V1.Resume resume, ModelFacts model, ResumeTokens tokens, string tenant)
    {
        var token = tokens.Open(resume.ResumeToken.Span, resume.SessionId, tenant) ?? throw Refusals.TokenInvalid();
        var plan = SessionMapping.Read(resume.Config ?? new V1.StreamingConfig(), model);
        if (!ConfigLedger.HashOf(plan.Effective).AsSpan().SequenceEqual(token.ConfigHash))
        {
            throw Refusals.Unmet(
                ErrorReasons.ConfigMismatch, "resume.config", "is not the config in force at the token's final cursor.");
        }

        var from = SessionCheckpoint.FromBytes(token.Checkpoint);
        long needed = from.FirstFrame(plan.Format.SampleRate);
        if (resume.FirstSequence > (ulong)needed) throw Refusals.ResumeGap(needed, resume.FirstSequence);
        return new Opening(resume.SessionId, plan, from);
    }
}
