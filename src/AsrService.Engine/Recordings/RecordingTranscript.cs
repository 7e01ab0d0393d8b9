using AsrService.Engine.Decoding;

namespace AsrService.Engine.Recordings;

/// <summary>One piece of a recording with its transcript.</summary>
/// <param name="Start">Offset of its first sample.</param>
/// <param name="End">Offset of the sample after its last.</param>
/// <param name="Result">Transcript.</param>
public sealed record TranscribedSegment(TimeSpan Start, TimeSpan End, SegmentResult Result);

/// <summary>The transcript of a whole recording.</summary>
public sealed record RecordingTranscript
{
    /// <summary>Length of the audio.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Texts of the segments, joined.</summary>
    public required string Text { get; init; }

    /// <summary>Official names, in the order heard, joined by commas; empty without speech.</summary>
    public required string Language { get; init; }

    /// <summary>In the order of the recording.</summary>
    public required IReadOnlyList<TranscribedSegment> Segments { get; init; }

    /// <summary>Time spent on the segments; of work shared in a batch, their share.</summary>
    public required StageTimes Times { get; init; }

    /// <summary>From opening the file to its transcript; overlaps with that of other files in the batch.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Processing time by audio duration: under 1 keeps up. 0 for empty recordings.</summary>
    public double RealTimeFactor => Duration > TimeSpan.Zero ? Times.Total / Duration : 0;

    /// <summary>Whether the token budget cut any segment's text.</summary>
    public bool IsTruncated => Segments.Any(segment => segment.Result.Remarks.HasFlag(SegmentRemarks.Truncated));
}

/// <summary>How far a recording has come.</summary>
/// <param name="Source">Index of the recording.</param>
/// <param name="Done">Audio transcribed.</param>
/// <param name="Total">Length of the audio; an estimate for containers, null when unknown.</param>
public readonly record struct RecordingProgress(int Source, TimeSpan Done, TimeSpan? Total);

/// <summary>What became of a recording: a transcript, or the fault that ended it.</summary>
/// <param name="Source">Index of the recording.</param>
/// <param name="Transcript">Null when it failed.</param>
/// <param name="Fault">An <see cref="Audio.AudioFormatException"/> or a <see cref="ModelFaultException"/>.</param>
public sealed record RecordingOutcome(int Source, RecordingTranscript? Transcript, Exception? Fault);
