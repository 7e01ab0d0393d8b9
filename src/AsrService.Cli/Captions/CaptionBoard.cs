using AsrService.Contracts.V1;

namespace AsrService.Cli.Captions;

/// <summary>A column of a board.</summary>
/// <param name="Stream">Index of the stream.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="Label">Names it; empty where there is only one.</param>
internal readonly record struct BoardColumn(int Stream, uint Channel, string Label);

/// <summary>Live streams on a terminal: open segments grow in place, each in its column, and finals scroll away above.</summary>
/// <remarks>Thread-safe: every stream has its own reader.</remarks>
internal sealed class CaptionBoard : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CaptionScreen _screen;
    private readonly IReadOnlyList<BoardColumn> _columns;
    private readonly Caption[] _captions;
    private readonly int _labelWidth;

    public CaptionBoard(CaptionScreen screen, IReadOnlyList<BoardColumn> columns)
    {
        (_screen, _columns) = (screen, columns);
        _captions = [.. columns.Select(column => new Caption(column.Label, "", ""))];
        _labelWidth = columns.Max(column => CellWidth.Of(column.Label));
        _screen.Show(_captions);
    }

    /// <summary>Shows what a result of a stream changes.</summary>
    public void Show(int stream, Result result)
    {
        lock (_lock)
        {
            int column = IndexOf(stream, result.Channel);
            if (column < 0) return;
            var caption = _captions[column];
            _captions[column] = result.IsFinal
                ? caption with { Stable = "", Tentative = "" }
                : caption with { Stable = result.StableText, Tentative = result.TentativeText };
            if (result.IsFinal && result.StableText.Length > 0) _screen.Print(FinalLine(caption.Label, result));
            _screen.Show(_captions);
        }
    }

    /// <summary>Writes a line that stays.</summary>
    public void Print(string line)
    {
        lock (_lock) _screen.Print(OneLine.Of(line));
    }

    /// <summary>Takes the columns away.</summary>
    public void Dispose()
    {
        lock (_lock) _screen.Close();
    }

    private string FinalLine(string label, Result result)
    {
        string padding = new(' ', Math.Max(0, _labelWidth - CellWidth.Of(label)));
        string head = _labelWidth > 0 ? $"{OneLine.Of(label)}{padding}  " : "";
        return $"{head}{CaptionTime.Range(result.Start, result.End)}  {OneLine.Of(result.StableText)}";
    }

    private int IndexOf(int stream, uint channel)
    {
        for (int i = 0; i < _columns.Count; i++)
        {
            if (_columns[i].Stream == stream && _columns[i].Channel == channel) return i;
        }

        return -1;
    }
}
