using AsrService.Cli.Output;
using AsrService.Contracts.V1;
using AsrService.Engine.Transcripts;

namespace AsrService.Cli.Transcription;

/// <summary>What <c>asr transcribe</c> is to do, whoever does it.</summary>
internal sealed record TranscriptionJob
{
    /// <summary>Files, in the order of the results.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Language to write in; null to detect.</summary>
    public AsrService.Engine.Transcripts.Language? Language { get; init; }

    /// <summary>Biases recognition; empty for nothing.</summary>
    public string Context { get; init; } = "";

    /// <summary>Whether segments are those of a live session.</summary>
    public bool IsLive { get; init; }

    /// <summary>Longest segment, or length of a piece.</summary>
    public TimeSpan MaxSegment { get; init; }

    /// <summary>Whether <see cref="MaxSegment"/> was asked for.</summary>
    public bool HasMaxSegment { get; init; }

    /// <summary>When a live segment is over; null for the defaults.</summary>
    public EndpointingOptions? Endpointing { get; init; }

    /// <summary>Format of a transcript with aligned times; null where none were asked for.</summary>
    public string? TimedFormat { get; init; }

    /// <summary>The texts of segments in order of start as one.</summary>
    public static string Join(IEnumerable<SegmentJson> segments) =>
        new TranscriptMerger().MergeTexts(segments.Select(segment => segment.Text));

    /// <summary>One label for their languages.</summary>
    public string LabelOf(IEnumerable<SegmentJson> segments) =>
        TranscriptMerger.MergeLanguages(segments.Select(segment => segment.Language), Language?.Name);
}
