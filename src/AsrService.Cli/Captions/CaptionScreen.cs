using System.Text;

namespace AsrService.Cli.Captions;

/// <summary>
/// The last rows of a terminal, redrawn in place, with lasting lines above them. Every change is one write without
/// clearing first, so nothing flickers. Not thread-safe.
/// </summary>
/// <param name="to">The terminal.</param>
/// <param name="size">Its columns and rows, asked at every change: windows are resized.</param>
/// <param name="isColored">False under NO_COLOR: tentative text then stands between ‹ and ›.</param>
internal sealed class CaptionScreen(TextWriter to, Func<(int Width, int Height)> size, bool isColored)
{
    private const string EraseLine = "\e[K", EraseBelow = "\e[J", Bold = "\e[1m", Dim = "\e[2m", Normal = "\e[0m";

    private IReadOnlyList<Caption> _captions = [];
    private int[] _drawn = []; // columns of each line of the live region
    private string _last = "";

    /// <summary>Shows these captions in place of the ones before.</summary>
    public void Show(IReadOnlyList<Caption> captions)
    {
        _captions = captions;
        Draw(above: null);
    }

    /// <summary>Writes a line that stays, above the live region.</summary>
    public void Print(string line) => Draw(line);

    /// <summary>Takes the live region away; what follows is written in its place.</summary>
    public void Close() => Show([]);

    private void Draw(string? above)
    {
        var (width, height) = size();
        var lines = CaptionLayout.Lay(_captions, width, height, hasMarks: !isColored);
        string region = string.Join("\r\n", lines.Select(line => Paint(line) + EraseLine));
        if (above is null && region == _last) return;

        var frame = new StringBuilder("\r");
        int up = RowsOf(_drawn, width, height) - 1;
        if (up > 0) frame.Append($"\e[{up}A");
        if (above is not null) frame.Append(above).Append(EraseLine).Append("\r\n");
        frame.Append(region).Append(EraseBelow);
        to.Write(frame.ToString());
        to.Flush();
        (_last, _drawn) = (region, [.. lines.Select(line => line.Sum(span => span.Width))]);
    }

    /// <summary>Rows that lines take by now: a terminal that became narrower has wrapped them.</summary>
    private static int RowsOf(int[] widths, int width, int height) =>
        Math.Min(height, widths.Sum(line => Math.Max(1, (line + width - 1) / Math.Max(1, width))));

    private string Paint(IReadOnlyList<CaptionSpan> line) => string.Concat(line.Select(span => span.Style switch
    {
        CaptionStyle.Label when isColored => Bold + span.Text + Normal,
        CaptionStyle.Tentative when isColored => Dim + span.Text + Normal,
        _ => span.Text,
    }));
}
