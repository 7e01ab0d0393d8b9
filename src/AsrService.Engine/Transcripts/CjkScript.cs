namespace AsrService.Engine.Transcripts;

/// <summary>Ranges of Chinese and Japanese characters.</summary>
internal static class CjkScript
{
    /// <summary>A character that the aligner takes as a unit of its own; the ranges of the reference.</summary>
    public static bool IsIdeograph(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F)
        or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF);

    /// <summary>U+3041 to U+309F and the small extensions.</summary>
    public static bool IsHiragana(int c) => c is (>= 0x3041 and <= 0x309F) or (>= 0x1B132 and <= 0x1B152);

    /// <summary>Katakana, its phonetic extensions and the half-width forms.</summary>
    public static bool IsKatakana(int c) =>
        c is (>= 0x30A1 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0xFF66 and <= 0xFF9F);

    /// <summary>
    /// Script written without spaces: ideographs with all later extensions, kana, bopomofo, their punctuation and the
    /// full-width forms. Not Hangul, which is written with spaces.
    /// </summary>
    public static bool IsUnspaced(int c) => IsIdeograph(c) || IsHiragana(c) || IsKatakana(c)
        || c is (>= 0x2E80 and <= 0x30FF) or (>= 0x3100 and <= 0x312F) or (>= 0x31A0 and <= 0x31FF)
            or (>= 0xFE30 and <= 0xFE4F) or (>= 0xFF00 and <= 0xFFEF) or (>= 0x20000 and <= 0x3FFFF);
}
