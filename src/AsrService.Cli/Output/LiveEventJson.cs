using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Event = AsrService.Contracts.V1.StreamingTranscribeResponse.EventOneofCase;

namespace AsrService.Cli.Output;

/// <summary>The documented JSON object of one event of a live stream.</summary>
internal static class LiveEventJson
{
    /// <summary>The line; null for an event of a kind that this version does not know.</summary>
    public static string? Serialize(StreamingTranscribeResponse message) => message.EventCase switch
    {
        Event.Started => JsonLine.Of(From(message.SessionId, message.Started)),
        Event.Result => JsonLine.Of(From(message.Result)),
        Event.Refinement => JsonLine.Of(From(message.Refinement)),
        Event.Speech => JsonLine.Of(From(message.Speech)),
        Event.Flow => JsonLine.Of(From(message.Flow)),
        Event.Warning => JsonLine.Of(From(message.Warning)),
        Event.Ended => JsonLine.Of(From(message.Ended)),
        _ => null,
    };

    private static object From(string session, Started started) => new
    {
        Type = "started",
        SessionId = session,
        Model = started.Model?.Name,
        Notice = started.Model is { Notice.Length: > 0 } model ? model.Notice : null,
        Channels = started.EffectiveConfig?.AudioFormat?.Channels,
        IntervalS = Seconds(started.EffectiveConfig?.Interim?.Interval),
        MinSilenceS = Seconds(started.EffectiveConfig?.Endpointing?.MinSilence),
    };

    private static object From(Result result) => new
    {
        Type = "result",
        result.ResultId,
        result.Channel,
        result.Revision,
        StartS = Seconds(result.Start) ?? 0,
        EndS = Seconds(result.End) ?? 0,
        result.StableText,
        result.TentativeText,
        result.IsFinal,
        result.ReplacesStable,
        Language = result.Language?.Name ?? "",
        LanguageProbability = JsonLine.Probability(
            result.Language is { HasProbability: true } language ? language.Probability : null),
        Confidence = JsonLine.Probability(result.HasConfidence ? result.Confidence : null),
        Words = result.Words.Select(word => WordJson.From(word, hasStability: true)),
        QualityFlags = result.QualityFlags.Select(JsonLine.Name),
    };

    private static object From(Refinement refinement) => new
    {
        Type = "refinement",
        refinement.ResultId,
        Words = refinement.Words.Select(word => WordJson.From(word, hasStability: false)),
    };

    private static object From(Speech speech) => new
    {
        Type = "speech",
        Boundary = JsonLine.Name(speech.Boundary),
        OffsetS = Seconds(speech.Offset) ?? 0,
        speech.Channel,
    };

    private static object From(Flow flow) => new
    {
        Type = "flow",
        LagS = Seconds(flow.Lag) ?? 0,
        Advice = JsonLine.Name(flow.Advice),
    };

    private static object From(Warning warning) => new
    {
        Type = "warning",
        Code = JsonLine.Name(warning.Code),
        warning.Message,
        ResultId = warning.ResultId.Length > 0 ? warning.ResultId : null,
    };

    private static object From(Ended ended) => new
    {
        Type = "ended",
        Reason = JsonLine.Name(ended.Reason),
        AudioS = Seconds(ended.Totals?.Audio) ?? 0,
        SpeechS = Seconds(ended.Totals?.Speech) ?? 0,
        Finals = ended.Totals?.Finals ?? 0,
        Partials = ended.Totals?.Partials ?? 0,
    };

    private static double? Seconds(Duration? time) => time is null ? null : JsonLine.Seconds(time.ToTimeSpan());
}
