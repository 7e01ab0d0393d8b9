using System.Text;
using AsrService.Cli.Captions;

namespace AsrService.Cli.Tests.Captions;

/// <summary>As much of a terminal as captions use: rows of cells, a cursor, and rows that scroll away.</summary>
internal sealed class VirtualTerminal(int width, int height) : StringWriter
{
    private readonly List<string> _rows = [""];
    private int _row, _column;

    public int Columns { get; private set; } = width;

    public int Writes { get; private set; }

    /// <summary>Rows with text, styles left out, from the first that ever was.</summary>
    public IReadOnlyList<string> Rows => [.. _rows.Select(row => row.TrimEnd().Replace("\0", "", StringComparison.Ordinal))];

    public (int Width, int Height) Size() => (Columns, height);

    public override void Write(string? value)
    {
        Writes++;
        for (int at = 0; at < value!.Length;)
        {
            if (value[at] == '\e') at += Control(value[at..]);
            else at += Put(value, at);
        }
    }

    /// <summary>Makes it narrower: rows that no longer fit wrap, and the cursor stays behind what was written last.</summary>
    public void Narrow(int columns)
    {
        Columns = columns;
        for (int i = 0; i < _rows.Count; i++)
        {
            if (_rows[i].Length <= columns) continue;
            _rows.Insert(i + 1, _rows[i][columns..]);
            _rows[i] = _rows[i][..columns];
        }

        (_row, _column) = (_rows.Count - 1, _rows[^1].Length);
    }

    private int Put(string text, int at)
    {
        switch (text[at])
        {
            case '\r':
                _column = 0;
                return 1;
            case '\n':
                MoveDown();
                return 1;
        }

        var rune = Rune.GetRuneAt(text, at);
        string cell = rune + (CellWidth.Of(rune) == 2 ? "\0" : ""); // the second half of a wide character
        if (_column + cell.Length > Columns)
        {
            _column = 0;
            MoveDown();
        }

        _rows[_row] = _rows[_row].PadRight(_column)[.._column] + cell + (_rows[_row].Length > _column + cell.Length ? _rows[_row][(_column + cell.Length)..] : "");
        _column += cell.Length;
        return rune.Utf16SequenceLength;
    }

    private void MoveDown()
    {
        if (++_row == _rows.Count) _rows.Add("");
    }

    private int Control(string sequence)
    {
        int length = 2;
        while (!char.IsAsciiLetter(sequence[length])) length++;
        switch (sequence[length])
        {
            case 'A':
                _row -= int.Parse(sequence[2..length], System.Globalization.CultureInfo.InvariantCulture);
                break;
            case 'K':
                _rows[_row] = _rows[_row][..Math.Min(_column, _rows[_row].Length)];
                break;
            case 'J':
                _rows[_row] = _rows[_row][..Math.Min(_column, _rows[_row].Length)];
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
        }

        return length + 1;
    }
}
