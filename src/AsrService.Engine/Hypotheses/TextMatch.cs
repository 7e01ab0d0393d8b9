using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Hypotheses;

/// <summary>Where the characters of a displayed text are in the decoded one: its first ones and its last ones.</summary>
/// <param name="headLength">Characters matched from the front.</param>
/// <param name="headShift">From their places to those in the decoded text.</param>
/// <param name="tailStart">First of the characters matched from the back; the text's length where none are.</param>
/// <param name="tailShift">From their places to those in the decoded text.</param>
internal readonly struct TextMatch(int headLength, int headShift, int tailStart, int tailShift)
{
    /// <summary>Matches a displayed text, which has no white space at its ends.</summary>
    public static TextMatch Of(string decoded, string displayed)
    {
        var stripped = PythonText.Strip(decoded);
        int shift = 0;
        while (shift < decoded.Length && PythonText.IsSpace(decoded[shift])) shift++;

        int head = stripped.CommonPrefixLength(displayed.AsSpan());
        int tail = 0, limit = Math.Min(stripped.Length, displayed.Length) - head;
        while (tail < limit && stripped[^(tail + 1)] == displayed[^(tail + 1)]) tail++;
        return new TextMatch(head, shift, displayed.Length - tail, shift + stripped.Length - displayed.Length);
    }

    /// <summary>The part of a stretch of the displayed text that was matched from the front, in the decoded text.</summary>
    public TokenSpan Head(int start, int end) => new(start + headShift, Math.Min(end, headLength) + headShift);

    /// <summary>The part that was matched from the back, in the decoded text.</summary>
    public TokenSpan Tail(int start, int end) => new(Math.Max(start, tailStart) + tailShift, end + tailShift);
}
