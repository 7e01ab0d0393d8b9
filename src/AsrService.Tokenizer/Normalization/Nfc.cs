using System.Runtime.InteropServices;
using System.Text;

namespace AsrService.Tokenizer;

/// <summary>
/// Unicode normalization form C (UAX #15) from our own table, so that the ids of a text depend neither on ICU nor on
/// the globalization mode of the process. Thread-safe; the first call reads the table.
/// </summary>
public static class Nfc
{
    /// <summary>
    /// The composed form of <paramref name="text"/>: the very instance when it is composed already, which one pass over
    /// it finds out. Surrogates without a partner stay as they are. Linear in the length but for sorting runs of marks.
    /// </summary>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsSurelyNormalized(text)) return text;

        var codePoints = Decompose(text);
        SortMarks(CollectionsMarshal.AsSpan(codePoints));
        Compose(codePoints);
        return ToText(codePoints, text.Length);
    }

    /// <summary>UAX #15, quick check: no character that may change, and marks in order.</summary>
    private static bool IsSurelyNormalized(ReadOnlySpan<char> text)
    {
        int start = text.IndexOfAnyExceptInRange('\0', '\u02FF'); // nothing below U+0300 decomposes in NFC or combines
        if (start < 0) return true;

        var data = NfcData.Instance;
        int lastClass = 0;
        for (int i = start; i < text.Length;)
        {
            int c = CodePoints.Read(text, ref i);
            if (data.IsUncertain(c)) return false;
            int combiningClass = data.CombiningClass(c);
            if (combiningClass != 0 && lastClass > combiningClass) return false;
            lastClass = combiningClass;
        }

        return true;
    }

    private static List<int> Decompose(ReadOnlySpan<char> text)
    {
        var result = new List<int>(text.Length + 16);
        for (int i = 0; i < text.Length;) Decompose(CodePoints.Read(text, ref i), result);
        return result;
    }

    private static void Decompose(int c, List<int> into)
    {
        if (Hangul.TryDecompose(c, into)) return;
        if (!NfcData.Instance.TryDecompose(c, out var parts))
        {
            into.Add(c);
            return;
        }

        Decompose(parts.First, into);
        if (parts.Second >= 0) Decompose(parts.Second, into);
    }

    /// <summary>
    /// Puts every run of marks into the order of its combining classes; equal classes keep their order.
    /// </summary>
    private static void SortMarks(Span<int> codePoints)
    {
        var data = NfcData.Instance;
        for (int start = 0; start < codePoints.Length; start++)
        {
            int end = start;
            while (end < codePoints.Length && data.CombiningClass(codePoints[end]) != 0) end++;
            if (end - start > 1) SortRun(codePoints[start..end]);
            start = end;
        }
    }

    private static void SortRun(Span<int> marks)
    {
        // Class and place in one key make an unstable sort stable and a hostile run of 100,000 marks cheap.
        var keys = new ulong[marks.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = ((ulong)NfcData.Instance.CombiningClass(marks[i]) << 32) | (uint)i;
        var unsorted = marks.ToArray();
        keys.AsSpan().Sort();
        for (int i = 0; i < keys.Length; i++) marks[i] = unsorted[(int)(uint)keys[i]];
    }

    private static void Compose(List<int> codePoints)
    {
        var data = NfcData.Instance;
        int kept = 0;
        int starter = -1;
        int lastClass = 0; // of the last character kept since the starter; what it blocks cannot join the starter
        for (int i = 0; i < codePoints.Count; i++)
        {
            int c = codePoints[i];
            int combiningClass = data.CombiningClass(c);
            bool blocked = kept - 1 != starter && lastClass >= combiningClass;
            if (starter >= 0 && !blocked && TryCompose(codePoints[starter], c, out int composite))
            {
                codePoints[starter] = composite;
                continue;
            }

            if (combiningClass == 0) starter = kept;
            lastClass = combiningClass;
            codePoints[kept++] = c;
        }

        codePoints.RemoveRange(kept, codePoints.Count - kept);
    }

    private static bool TryCompose(int first, int second, out int composite) =>
        Hangul.TryCompose(first, second, out composite)
        || NfcData.Instance.TryCompose(first, second, out composite);

    private static string ToText(List<int> codePoints, int lengthHint)
    {
        var text = new StringBuilder(lengthHint);
        foreach (int c in codePoints) CodePoints.Append(text, c);
        return text.ToString();
    }
}
