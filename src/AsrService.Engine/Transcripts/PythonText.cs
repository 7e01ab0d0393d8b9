using System.Buffers;

namespace AsrService.Engine.Transcripts;

/// <summary>
/// String rules of the reference's language where .NET's differ: Python counts U+001C to U+001F as white space, and
/// its lines end at more than line feeds.
/// </summary>
internal static class PythonText
{
    private static readonly SearchValues<char> LineEnds =
        SearchValues.Create("\n\r\v\f\u001C\u001D\u001E\u0085\u2028\u2029");

    /// <summary><c>str.isspace</c> of one character.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    /// <summary><c>str.strip()</c>.</summary>
    public static ReadOnlySpan<char> Strip(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && IsSpace(text[0])) text = text[1..];
        while (!text.IsEmpty && IsSpace(text[^1])) text = text[..^1];
        return text;
    }

    /// <summary>Cuts the first line off; its end is one of those of <c>str.splitlines</c>.</summary>
    public static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAny(LineEnds);
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..]; // the empty line inside CR LF is skipped by every caller
        return line;
    }

    /// <summary><c>str.split()</c>: the pieces between runs of white space, none of them empty.</summary>
    public static List<string> Split(string text)
    {
        var pieces = new List<string>();
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && !IsSpace(text[end])) end++;
            if (end > start) pieces.Add(text[start..end]);
            start = end + 1;
        }

        return pieces;
    }
}
