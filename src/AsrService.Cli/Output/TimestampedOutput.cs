using System.Globalization;
using System.Text;
using AsrService.Cli.Transcription;
using AsrService.Engine.StructuredTranscripts;
using AsrService.Engine.Subtitles;

namespace AsrService.Cli.Output;

/// <summary>Formats of <c>transcribe --timestamps</c>; what each holds is in docs/cli.md.</summary>
internal static class TimestampedOutput
{
    /// <summary>A recording's output, with its last line break.</summary>
    /// <param name="format">json, srt, vtt or text.</param>
    /// <param name="file">Name of the recording.</param>
    /// <param name="prefix">In front of each line of text: the file, where there are several.</param>
    /// <param name="duration">Of the recording.</param>
    /// <param name="segments">In order.</param>
    public static string Of(string format, string file, string prefix, TimeSpan duration, IReadOnlyList<TimedSegment> segments) => format switch
    {
        "json" => StructuredTranscriptBuilder.Build(file, duration, segments.SelectMany(segment => segment.Sentences())).ToJson() + "\n",
        "srt" => SubtitleWriter.ToSrt(Cues(duration, segments)),
        "vtt" => SubtitleWriter.ToVtt(Cues(duration, segments)),
        _ => Lines(prefix, segments),
    };

    /// <inheritdoc cref="Of(string, string, string, TimeSpan, IReadOnlyList{TimedSegment})"/>
    public static string Of(string format, TranscriptionJob job, TranscriptJson transcript, IReadOnlyList<TimedSegment> segments)
    {
        string prefix = job.Paths.Count == 1 ? "" : $"{OneLine.Of(transcript.File)}: ";
        return Of(format, transcript.File, prefix, TimeSpan.FromSeconds(transcript.DurationS), segments);
    }

    private static IReadOnlyList<SubtitleCue> Cues(TimeSpan duration, IReadOnlyList<TimedSegment> segments) => SubtitleCues.Time(
        [.. segments.SelectMany(segment => SubtitleCues.Lay(segment.Text, segment.Words, segment.Language)).OrderBy(cue => cue.Start)],
        duration);

    /// <summary>A line for each cue: <c>[0:00:01.100 - 0:00:03.872] text</c>.</summary>
    private static string Lines(string prefix, IReadOnlyList<TimedSegment> segments)
    {
        var text = new StringBuilder();
        foreach (var segment in segments)
        {
            foreach (var cue in SubtitleCues.Lay(segment.Text, segment.Words, segment.Language))
            {
                string line = OneLine.Of(Join(cue.Lines, segment.Language?.Code is "zh" or "yue" or "ja"));
                text.Append(CultureInfo.InvariantCulture, $"{prefix}[{Time(cue.Start)} - {Time(cue.End)}] {line}\n");
            }
        }
        return text.ToString();
    }

    /// <summary>The lines as one; where words have no spaces between them, only between two that are written in Latin letters.</summary>
    private static string Join(IReadOnlyList<string> lines, bool isUnspaced) => lines.Aggregate((text, line) =>
        text + (isUnspaced && !(char.IsAscii(text[^1]) && char.IsAscii(line[0])) ? "" : " ") + line);

    private static string Time(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds:000}");
}
