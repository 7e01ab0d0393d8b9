using System.Globalization;
using System.Text;

namespace AsrService.Engine.Subtitles;

/// <summary>A labelled stretch of time.</summary>
public readonly record struct TextGridInterval(TimeSpan Start, TimeSpan End, string Text);

/// <summary>Writes tiers of intervals as a Praat TextGrid in the long text format, gaps filled with empty intervals.</summary>
public static class TextGridWriter
{
    /// <summary>The file's text.</summary>
    /// <param name="duration">Of the recording.</param>
    /// <param name="tiers">Name and intervals of each, in order and without overlap.</param>
    public static string Write(TimeSpan duration, params IReadOnlyList<(string Name, IReadOnlyList<TextGridInterval> Intervals)> tiers)
    {
        var text = new StringBuilder("File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n");
        Line(text, 0, $"xmin = 0");
        Line(text, 0, $"xmax = {Seconds(duration)}");
        Line(text, 0, $"tiers? <exists>");
        Line(text, 0, $"size = {tiers.Count}");
        Line(text, 0, $"item []:");
        for (int i = 0; i < tiers.Count; i++)
        {
            var filled = Fill(tiers[i].Intervals, duration);
            Line(text, 1, $"item [{i + 1}]:");
            Line(text, 2, $"class = \"IntervalTier\"");
            Line(text, 2, $"name = \"{Quote(tiers[i].Name)}\"");
            Line(text, 2, $"xmin = 0");
            Line(text, 2, $"xmax = {Seconds(duration)}");
            Line(text, 2, $"intervals: size = {filled.Count}");
            for (int k = 0; k < filled.Count; k++) AppendInterval(text, k + 1, filled[k]);
        }
        return text.ToString();
    }

    private static void AppendInterval(StringBuilder text, int number, TextGridInterval interval)
    {
        Line(text, 2, $"intervals [{number}]:");
        Line(text, 3, $"xmin = {Seconds(interval.Start)}");
        Line(text, 3, $"xmax = {Seconds(interval.End)}");
        Line(text, 3, $"text = \"{Quote(interval.Text)}\"");
    }

    /// <summary>Praat wants every moment of a tier to lie in an interval.</summary>
    private static List<TextGridInterval> Fill(IReadOnlyList<TextGridInterval> intervals, TimeSpan duration)
    {
        var filled = new List<TextGridInterval>();
        var last = TimeSpan.Zero;
        foreach (var interval in intervals)
        {
            if (interval.Start > last) filled.Add(new TextGridInterval(last, interval.Start, ""));
            filled.Add(interval);
            last = interval.End;
        }
        if (last < duration || filled.Count == 0) filled.Add(new TextGridInterval(last, duration, ""));
        return filled;
    }

    private static string Quote(string text) => text.Replace("\"", "\"\"", StringComparison.Ordinal);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, int depth, FormattableString line) =>
        text.Append(' ', 4 * depth).Append(FormattableString.Invariant(line)).Append('\n');
}
