using System.Text;

namespace AsrService.Engine.Decoding;

/// <summary>Cuts terms and free text to the tokens that a context may have.</summary>
internal sealed class ContextFit(PromptFormat format, int maxTokens)
{
    private const string Separator = ", ";

    /// <summary>Terms first, as a list, then the text on a line of its own; the text gives way before any term does.</summary>
    public (string Context, bool IsTruncated) Fit(IReadOnlyList<string> terms, string text)
    {
        string whole = Join(terms, terms.Count, text);
        if (Fits(whole)) return (whole, false);

        string list = Join(terms, terms.Count, "");
        if (Fits(list)) return (Join(terms, terms.Count, LongestText(terms, text)), true);
        return (Join(terms, Largest(terms.Count, count => Fits(Join(terms, count, ""))), ""), true);
    }

    private static string Join(IReadOnlyList<string> terms, int count, string text)
    {
        string list = string.Join(Separator, terms.Take(count));
        return list.Length > 0 && text.Length > 0 ? list + "\n" + text : list + text;
    }

    /// <summary>Whole words, or whole characters where there are none.</summary>
    private string LongestText(IReadOnlyList<string> terms, string text)
    {
        int length = Largest(text.Length, count => Fits(Join(terms, terms.Count, text[..count])));
        if (length > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, length), out _, out _) != System.Buffers.OperationStatus.Done) length--;
        int space = text.LastIndexOf(' ', Math.Max(0, length - 1));
        return text[..(length < text.Length && space > 0 ? space : length)].TrimEnd();
    }

    private bool Fits(string context) => format.ContextTokens(context) <= maxTokens;

    /// <summary>The largest number up to <paramref name="most"/> that does, where all below one that does also do.</summary>
    private static int Largest(int most, Func<int, bool> does)
    {
        int least = 0;
        while (least < most)
        {
            int middle = (least + most + 1) / 2;
            if (does(middle)) least = middle;
            else most = middle - 1;
        }
        return least;
    }
}
