using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Subtitles;

/// <summary>How wide a text is on a screen.</summary>
internal static class Columns
{
    /// <summary>Full-width characters and Hangul syllables take two columns, all others one.</summary>
    public static int Of(string text)
    {
        int columns = 0;
        foreach (var rune in text.EnumerateRunes())
            columns += CjkScript.IsUnspaced(rune.Value) || rune.Value is (>= 0xAC00 and <= 0xD7A3) or >= 0x1F300 ? 2 : 1;
        return columns;
    }
}
