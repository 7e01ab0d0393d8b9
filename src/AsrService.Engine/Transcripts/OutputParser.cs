using System.Text;

namespace AsrService.Engine.Transcripts;

/// <summary>Takes the model's raw answer, <c>language English&lt;asr_text&gt;Hello.</c>, apart.</summary>
public static class OutputParser
{
    private const string TextTag = "<asr_text>";
    private const string LanguagePrefix = "language ";

    /// <summary>
    /// Language and transcript of an answer, repetitions removed. The language is empty where none was told, and any
    /// label the model wrote where one was: only the catalog knows whether it is a language.
    /// </summary>
    /// <param name="raw">The decoded text, special tokens left out and <c>&lt;asr_text&gt;</c> kept.</param>
    /// <param name="forcedLanguage">
    /// The language in the prompt, which makes all of <paramref name="raw"/> transcript.
    /// </param>
    /// <remarks>Reference: qwen_asr/inference/utils.py, parse_asr_output.</remarks>
    public static (string Language, string Text) Parse(string? raw, string? forcedLanguage)
    {
        string stripped = PythonText.Strip(raw).ToString();
        if (stripped.Length == 0) return ("", "");

        string text = RepetitionFix.Apply(stripped);
        if (!string.IsNullOrEmpty(forcedLanguage)) return (forcedLanguage, text);

        int tag = text.IndexOf(TextTag, StringComparison.Ordinal);
        if (tag < 0) return ("", PythonText.Strip(text).ToString());

        var meta = text.AsSpan(0, tag);
        string transcript = PythonText.Strip(text.AsSpan(tag + TextTag.Length)).ToString();
        bool isNone = meta.Contains("language none", StringComparison.OrdinalIgnoreCase);
        return (isNone ? "" : FindLanguage(meta), transcript);
    }

    /// <summary>
    /// First letter upper, the rest lower, by the invariant culture: "ENGLISH" is "English" in Turkey too.
    /// </summary>
    private static string Capitalize(ReadOnlySpan<char> name)
    {
        if (Rune.DecodeFromUtf16(name, out var first, out int length) != System.Buffers.OperationStatus.Done)
            return name.ToString().ToLowerInvariant();
        return Rune.ToUpperInvariant(first) + name[length..].ToString().ToLowerInvariant();
    }

    /// <summary>The label on the first line that has one.</summary>
    private static string FindLanguage(ReadOnlySpan<char> meta)
    {
        while (!meta.IsEmpty)
        {
            var line = PythonText.Strip(PythonText.TakeLine(ref meta));
            if (line.StartsWith(LanguagePrefix, StringComparison.OrdinalIgnoreCase))
                return Capitalize(PythonText.Strip(line[LanguagePrefix.Length..]));
        }

        return "";
    }
}
