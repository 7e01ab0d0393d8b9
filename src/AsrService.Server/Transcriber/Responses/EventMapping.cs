using System.Diagnostics;
using AsrService.Engine.Sessions;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>A session's events, to the wire.</summary>
internal static class EventMapping
{
    /// <summary>A message with the event alone; the envelope is filled in where it is written.</summary>
    public static V1.StreamingTranscribeResponse ToMessage(SessionEvent happened, string sessionId) => happened switch
    {
        ResultEvent result => new() { Result = ToMessage(result, ResultId.Of(sessionId, result.Channel, result.SegmentIndex)) },
        SpeechEvent speech => new() { Speech = ToMessage(speech) },
        LanguageSwitchedEvent switched => new()
        {
            Warning = Warnings.LanguageSwitched(
                switched.From.Name, switched.To.Name, ResultId.Of(sessionId, switched.Channel, switched.SegmentIndex)),
        },
        _ => throw new UnreachableException($"No message for {happened.GetType().Name}."),
    };

    private static V1.Result ToMessage(ResultEvent result, string resultId)
    {
        var message = new V1.Result
        {
            ResultId = resultId,
            Revision = (uint)result.Revision,
            StableText = result.StableText,
            TentativeText = result.TentativeText,
            IsFinal = result.IsFinal,
            ReplacesStable = result.ReplacesStable,
            Start = Duration.FromTimeSpan(result.Start),
            End = Duration.FromTimeSpan(result.End),
            Words = { result.IsFinal ? TextMapping.Whole(result.Words, result.Language) : TextMapping.Partial(result.Words) },
            Channel = (uint)result.Channel,
            QualityFlags = { TextMapping.FlagsOf(result.Remarks) },
        };
        if (result.IsFinal || result.Language is not null)
            message.Language = TextMapping.ToMessage(result.Language, result.LanguageProbability);
        if (result.Confidence is { } confidence) message.Confidence = confidence;
        return message;
    }

    private static V1.Speech ToMessage(SpeechEvent speech) => new()
    {
        Boundary = speech.IsBegin ? V1.SpeechBoundary.Begin : V1.SpeechBoundary.End,
        Offset = Duration.FromTimeSpan(speech.Offset),
        Channel = (uint)speech.Channel,
    };
}
