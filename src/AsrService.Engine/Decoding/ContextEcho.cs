using System.Text;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Decoding;

/// <summary>Recognizes a transcript that is only the caller's context said back, as models do on silence and weak audio.</summary>
/// <remarks>
/// Terms of the context that were really spoken must stay. So words in the context's order are an echo only where the
/// samples speak against them: a steady level, or more words than can be said in the time that is active.
/// </remarks>
internal static class ContextEcho
{
    private const float MaxWordsPerSecond = 7; // hurried speech; an ideograph counts half

    public static bool IsEcho(string text, string context, SpeechEvidence evidence)
    {
        var words = Words(text);
        if (words.Count == 0 || context.Length == 0) return false;
        if (!ContainsRun(Words(context), words)) return false;
        return evidence.IsSteady || Effort(words) > MaxWordsPerSecond * Math.Max(evidence.ActiveSeconds, 0.2f);
    }

    private static float Effort(List<string> words) =>
        words.Sum(word => CjkScript.IsUnspaced(char.ConvertToUtf32(word, 0)) ? 0.5f : 1f);

    private static bool ContainsRun(List<string> all, List<string> run)
    {
        for (int start = 0; start + run.Count <= all.Count; start++)
        {
            if (all.Skip(start).Take(run.Count).SequenceEqual(run, StringComparer.Ordinal)) return true;
        }
        return false;
    }

    /// <summary>Lower-cased runs of letters and digits; every ideograph alone.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            bool isKept = Rune.IsLetter(rune) || Rune.IsNumber(rune);
            bool isAlone = isKept && CjkScript.IsUnspaced(rune.Value); // their punctuation and full-width forms are in that range too
            if (isAlone || !isKept) Close(words, word);
            if (isAlone) words.Add(rune.ToString());
            else if (isKept) word.Append(Rune.ToLowerInvariant(rune).ToString());
        }
        Close(words, word);
        return words;
    }

    private static void Close(List<string> words, StringBuilder word)
    {
        if (word.Length > 0) words.Add(word.ToString());
        word.Clear();
    }
}
