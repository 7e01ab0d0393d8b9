using AsrService.Engine.Alignment;
using AsrService.Engine.Subtitles;
using AsrService.Engine.Transcripts;

namespace AsrService.Cli.Output;

/// <summary>An alignment as subtitles or for a phonetics program.</summary>
internal static class AlignmentFormats
{
    public static string Srt(AlignmentRequest request, AlignedText aligned) => SubtitleWriter.ToSrt(Cues(request, aligned));

    public static string Vtt(AlignmentRequest request, AlignedText aligned) => SubtitleWriter.ToVtt(Cues(request, aligned));

    /// <summary>Two tiers: the words as written, and the aligner's units.</summary>
    public static string TextGrid(AlignmentRequest request, AlignedText aligned) => TextGridWriter.Write(
        aligned.Duration,
        [
            ("words", [.. Words(request, aligned)
                .Where(word => word.End > word.Start)
                .Select(word => new TextGridInterval(word.Start, word.End, word.Text))]),
            ("units", [.. aligned.Units.Select(unit => new TextGridInterval(unit.Start, unit.End, unit.Text))]),
        ]);

    private static IReadOnlyList<SubtitleCue> Cues(AlignmentRequest request, AlignedText aligned) => SubtitleCues.Time(
        SubtitleCues.Lay(request.Text, Words(request, aligned), request.Language), aligned.Duration);

    private static IReadOnlyList<TranscriptWord> Words(AlignmentRequest request, AlignedText aligned) => AlignedWords.Of(request, aligned);
}
