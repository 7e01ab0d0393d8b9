using AsrService.Engine.Transcripts;

namespace AsrService.Cli.Commands;

/// <summary>Guesses the language of a text for the aligner, to which only Japanese and Korean are special.</summary>
internal static class ScriptLanguage
{
    /// <summary>Japanese for a text with kana, Korean for one with Hangul; null, the default rule, for all others.</summary>
    public static Language? Of(string text)
    {
        bool hasHangul = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= 0x3041 and <= 0x30FA) return Named("ja");
            hasHangul |= rune.Value is >= 0xAC00 and <= 0xD7A3;
        }
        return hasHangul ? Named("ko") : null;
    }

    private static Language? Named(string code) => LanguageCatalog.TryResolve(code, out var language) ? language : null;
}
