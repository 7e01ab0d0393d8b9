namespace AsrService.Cli.Captions;

/// <summary>What one stream shows now.</summary>
/// <param name="Label">Heads its column; empty for none.</param>
/// <param name="Stable">Text that stays.</param>
/// <param name="Tentative">Text that may still change, right behind it.</param>
internal readonly record struct Caption(string Label, string Stable, string Tentative)
{
    /// <summary>Both texts.</summary>
    public string Text => Stable + Tentative;
}

/// <summary>How a piece of a line looks.</summary>
internal enum CaptionStyle
{
    /// <summary>As the terminal writes.</summary>
    Plain,

    /// <summary>A label.</summary>
    Label,

    /// <summary>Tentative text.</summary>
    Tentative,
}

/// <summary>A piece of a line in one style.</summary>
internal readonly record struct CaptionSpan(string Text, CaptionStyle Style)
{
    /// <summary>Columns.</summary>
    public int Width => CellWidth.Of(Text);
}

/// <summary>Places captions on a terminal: side by side where there is room, else one below the other.</summary>
internal static class CaptionLayout
{
    private const int NarrowestColumn = 28, Gap = 2, RowsBesides = 2;
    private const int SmallestWidth = 8, MarksWidth = 2;

    /// <summary>The lines of the live region; none is wider than <paramref name="width"/> − 1 columns, so that no
    /// terminal wraps it.</summary>
    /// <param name="captions">In the order of the columns.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="height">Rows of the terminal; the region leaves some above it.</param>
    /// <param name="hasMarks">Whether tentative text stands between ‹ and › on its lines, for want of a style.</param>
    public static IReadOnlyList<IReadOnlyList<CaptionSpan>> Lay(
        IReadOnlyList<Caption> captions, int width, int height, bool hasMarks = false)
    {
        if (captions.Count == 0) return [];
        int room = Math.Max(SmallestWidth, width) - 1;
        int columns = Math.Clamp((room + Gap) / (NarrowestColumn + Gap), 1, captions.Count);
        int bands = (captions.Count + columns - 1) / columns; // streams that find no column stand below the others
        int rows = Math.Max(1, (height - RowsBesides) / bands);
        int columnWidth = (room - Gap * (columns - 1)) / columns;
        return
        [
            .. captions.Chunk(columns)
                .SelectMany(band => LayBand(band, columnWidth, rows, hasMarks))
                .Take(Math.Max(1, height - 1)),
        ];
    }

    private static IEnumerable<IReadOnlyList<CaptionSpan>> LayBand(
        Caption[] band, int width, int rows, bool hasMarks)
    {
        var columns = Array.ConvertAll(band, caption => LayColumn(caption, width, rows, hasMarks));
        int height = columns.Max(column => column.Count);
        for (int row = 0; row < height; row++)
        {
            var line = new List<CaptionSpan>();
            for (int i = 0; i < columns.Length; i++)
            {
                if (i > 0) Pad(line, i * (width + Gap));
                if (row < columns[i].Count) line.AddRange(columns[i][row]);
            }

            yield return line;
        }
    }

    /// <summary>A label and the end of the text: what was said last matters most.</summary>
    private static List<IReadOnlyList<CaptionSpan>> LayColumn(Caption caption, int width, int rows, bool hasMarks)
    {
        var lines = new List<IReadOnlyList<CaptionSpan>>();
        if (caption.Label.Length > 0) lines.Add([new CaptionSpan(Cut(caption.Label, width), CaptionStyle.Label)]);
        string text = OneLine.Of(caption.Text);
        var ranges = TextFlow.Wrap(text, hasMarks ? width - MarksWidth : width);
        int textRows = Math.Max(1, rows - lines.Count);
        bool isCut = ranges.Count > textRows;
        foreach (var range in ranges.Skip(ranges.Count - textRows))
        {
            var line = Styled(text, range, caption.Stable.Length);
            if (isCut) line[0] = WithEllipsis(line[0]);
            isCut = false;
            if (hasMarks && line[^1].Style == CaptionStyle.Tentative) line[^1] = WithMarks(line[^1]);
            lines.Add(line);
        }

        return lines;
    }

    private static List<CaptionSpan> Styled(string text, Range range, int stableLength)
    {
        var (start, length) = range.GetOffsetAndLength(text.Length);
        int border = Math.Clamp(stableLength - start, 0, length);
        var spans = new List<CaptionSpan>();
        if (border > 0) spans.Add(new CaptionSpan(text.Substring(start, border), CaptionStyle.Plain));
        if (border < length)
            spans.Add(new CaptionSpan(text.Substring(start + border, length - border), CaptionStyle.Tentative));
        return spans;
    }

    /// <summary>The span with its first character replaced, in as many columns.</summary>
    private static CaptionSpan WithEllipsis(CaptionSpan span)
    {
        var first = span.Text.EnumerateRunes().First();
        string mark = CellWidth.Of(first) == 2 ? "… " : "…";
        return span with { Text = mark + span.Text[first.Utf16SequenceLength..] };
    }

    private static CaptionSpan WithMarks(CaptionSpan span) => span with { Text = $"‹{span.Text}›" };

    private static void Pad(List<CaptionSpan> line, int column)
    {
        int missing = column - line.Sum(span => span.Width);
        if (missing > 0) line.Add(new CaptionSpan(new string(' ', missing), CaptionStyle.Plain));
    }

    private static string Cut(string label, int width)
    {
        label = OneLine.Of(label);
        if (CellWidth.Of(label) <= width) return label;
        int cells = 1, length = 0; // the ellipsis
        foreach (var rune in label.EnumerateRunes())
        {
            cells += CellWidth.Of(rune);
            if (cells > width) break;
            length += rune.Utf16SequenceLength;
        }

        return label[..length] + "…";
    }
}
