using System.Globalization;
using System.Text;

namespace AsrService.Engine.Subtitles;

/// <summary>Writes cues as SubRip or WebVTT, lines ended by LF.</summary>
public static class SubtitleWriter
{
    /// <summary>SubRip: numbered cues, times with a comma.</summary>
    public static string ToSrt(IReadOnlyList<SubtitleCue> cues)
    {
        var text = new StringBuilder();
        for (int i = 0; i < cues.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}\n{Time(cues[i].Start, ',')} --> {Time(cues[i].End, ',')}\n");
            AppendLines(text, cues[i].Lines.Select(OneLine));
        }
        return text.ToString();
    }

    /// <summary>WebVTT (W3C Candidate Recommendation of 2019): text escaped, as markup has a meaning there.</summary>
    public static string ToVtt(IReadOnlyList<SubtitleCue> cues)
    {
        var text = new StringBuilder("WEBVTT\n\n");
        foreach (var cue in cues)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Time(cue.Start, '.')} --> {Time(cue.End, '.')}\n");
            AppendLines(text, cue.Lines.Select(line => Escape(OneLine(line))));
        }
        return text.ToString();
    }

    private static void AppendLines(StringBuilder text, IEnumerable<string> lines)
    {
        foreach (string line in lines) text.Append(line).Append('\n');
        text.Append('\n');
    }

    /// <summary>A line break within a line would end it, or the cue.</summary>
    private static string OneLine(string line) => line.ReplaceLineEndings(" ");

    private static string Escape(string line) => line
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Time(TimeSpan time, char point)
    {
        long ms = (long)Math.Round(time.TotalMilliseconds);
        return string.Create(
            CultureInfo.InvariantCulture, $"{ms / 3_600_000:00}:{ms / 60_000 % 60:00}:{ms / 1000 % 60:00}{point}{ms % 1000:000}");
    }
}
