using AsrService.Engine.Sessions;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>A recording's segments, to the wire.</summary>
internal static class SegmentMapping
{
    public static V1.Segment ToMessage(FileSegment segment, string recordingId)
    {
        var message = new V1.Segment
        {
            SegmentId = ResultId.Of(recordingId, segment.Channel, segment.Index),
            Text = segment.Result.Text,
            Start = Duration.FromTimeSpan(segment.Start),
            End = Duration.FromTimeSpan(segment.End),
            Words = { TextMapping.Whole(segment.Words, segment.Language) },
            Language = TextMapping.ToMessage(segment.Language, segment.LanguageProbability),
            Channel = (uint)segment.Channel,
            QualityFlags = { TextMapping.FlagsOf(segment.Result.Remarks) },
        };
        if (segment.Result.Text.Length > 0 && segment.Confidence is { } confidence) message.Confidence = confidence;
        return message;
    }
}
