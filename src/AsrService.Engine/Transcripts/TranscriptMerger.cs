using System.Text;

namespace AsrService.Engine.Transcripts;

/// <summary>Puts the answers for the pieces of one recording together.</summary>
/// <param name="insertSpaces">
/// Put a space between two pieces where both sides of the seam are neither white space nor CJK, so that Latin words do
/// not grow together. Off is the reference's behaviour: nothing is ever inserted.
/// </param>
public sealed class TranscriptMerger(bool insertSpaces = true)
{
    /// <summary>The texts of all pieces, in order, as one.</summary>
    public string MergeTexts(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var merged = new StringBuilder();
        Rune? last = null;
        foreach (string text in texts)
        {
            if (text.Length == 0) continue;
            Rune.DecodeFromUtf16(text, out var first, out _);
            if (insertSpaces && last is { } left && NeedsSpace(left) && NeedsSpace(first)) merged.Append(' ');
            merged.Append(text);
            Rune.DecodeLastFromUtf16(text, out var end, out _);
            last = end;
        }

        return merged.ToString();
    }

    /// <summary>
    /// One label for the pieces' languages: empty ones dropped, consecutive duplicates dropped, joined by commas, so
    /// that "Chinese,English,Chinese" is possible. A forced language is the answer by itself.
    /// </summary>
    public static string MergeLanguages(IEnumerable<string> languages, string? forcedLanguage = null)
    {
        ArgumentNullException.ThrowIfNull(languages);
        if (!string.IsNullOrEmpty(forcedLanguage)) return forcedLanguage;

        var kept = new List<string>();
        foreach (string language in languages)
        {
            if (language.Length > 0 && (kept.Count == 0 || kept[^1] != language)) kept.Add(language);
        }

        return string.Join(',', kept);
    }

    private static bool NeedsSpace(Rune side) => !Rune.IsWhiteSpace(side) && !CjkScript.IsUnspaced(side.Value);
}
