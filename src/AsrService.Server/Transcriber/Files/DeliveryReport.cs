using System.Globalization;
using AsrService.Engine.Sessions;
using AsrService.Engine.StructuredTranscripts;
using AsrService.Engine.Transcripts;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>Keeps the words of a recording until its end, and then says how they were spoken. Not thread-safe.</summary>
internal sealed class DeliveryReport(bool isWanted)
{
    private readonly List<TimedSegment> _segments = [];
    private int _sent;

    /// <summary>Takes a segment that is answered.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="words">Its words with the times that are answered.</param>
    public void Add(FileSegment segment, IReadOnlyList<TranscriptWord> words)
    {
        string id = (_sent++).ToString(CultureInfo.InvariantCulture);
        if (!isWanted || words.Count == 0) return;
        _segments.Add(new TimedSegment(
            segment.Channel, segment.Start, segment.End, segment.Result.Text, segment.Language, segment.Confidence,
            IsAligned: false, words) { Id = id });
    }

    /// <summary>Pace and pauses of all segments; null where they are not wanted.</summary>
    /// <param name="duration">Of the recording.</param>
    public V1.Delivery? Finish(TimeSpan duration)
    {
        if (!isWanted) return null;
        var transcript = StructuredTranscriptBuilder.Build("", duration, _segments);
        return new V1.Delivery
        {
            Paces = { transcript.Segments.Select(ToMessage).OrderBy(pace => pace.SegmentIndex) },
            Pauses = { transcript.Pauses.Select(ToMessage) },
        };
    }

    private static V1.SegmentPace ToMessage(TranscriptSegment segment)
    {
        var message = new V1.SegmentPace
        {
            SegmentIndex = IndexOf(segment.Id),
            Label = segment.Pace.Label switch
            {
                PaceLabel.Slow => V1.PaceLabel.Slow,
                PaceLabel.Normal => V1.PaceLabel.Normal,
                PaceLabel.Fast => V1.PaceLabel.Fast,
                _ => V1.PaceLabel.Unspecified,
            },
        };
        if (segment.Pace.UnitsPerMin is { } units) message.UnitsPerMinute = (float)units;
        if (segment.Pace.Ratio is { } ratio) message.Ratio = (float)ratio;
        return message;
    }

    private static V1.Pause ToMessage(TranscriptPause pause) => new()
    {
        SegmentIndex = IndexOf(pause.AfterSegment),
        WordIndex = (uint)pause.AfterWord,
        Start = Duration.FromTimeSpan(TimeSpan.FromSeconds(pause.StartS)),
        End = Duration.FromTimeSpan(TimeSpan.FromSeconds(pause.EndS)),
        Kind = pause.Kind == PauseKind.Thinking ? V1.PauseKind.Thinking : V1.PauseKind.Plain,
    };

    private static uint IndexOf(string id) => uint.Parse(id, CultureInfo.InvariantCulture);
}
