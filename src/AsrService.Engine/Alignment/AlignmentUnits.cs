using System.Globalization;
using System.Text;
using AsrService.Engine.Transcripts;
using AsrService.Tokenizer;

namespace AsrService.Engine.Alignment;

/// <summary>
/// Cuts a transcript into the units that get a time each: words, or characters for Chinese. Only letters, numbers and
/// the apostrophe U+0027 are kept; punctuation, symbols and marks are deleted, without a cut at their place.
/// docs/alignment.md has the rules of every language.
/// </summary>
public static class AlignmentUnits
{
    private const int KoreanStemLength = 2;

    /// <summary>
    /// The units of <paramref name="text"/> in order, none empty; no units at all for punctuation only.
    /// </summary>
    /// <param name="text">A transcript.</param>
    /// <param name="language">
    /// Name of its language in any case. Japanese and Korean have rules of their own, described at
    /// <see cref="SplitJapanese"/> and <see cref="SplitKorean"/>; every other name, and none, has the default one.
    /// </param>
    public static IReadOnlyList<AlignmentUnit> Split(string text, string? language)
    {
        ArgumentNullException.ThrowIfNull(text);
        var units = new UnitList(text);
        switch (language?.ToUpperInvariant())
        {
            case "JAPANESE": SplitJapanese(text, units); break;
            case "KOREAN": SplitKorean(text, units); break;
            default: SplitDefault(text, units); break;
        }
        units.Close();
        return units.Done;
    }

    /// <summary>
    /// Words between white space; every ideograph is a unit, the stretches between ideographs stay together.
    /// </summary>
    private static void SplitDefault(string text, UnitList units)
    {
        for (int i = 0, length; i < text.Length; i += length)
        {
            var rune = RuneAt(text, i, out length);
            if (PythonText.IsSpace(text[i]))
            {
                units.Close();
            }
            else if (IsKept(rune))
            {
                bool isAlone = CjkScript.IsIdeograph(rune.Value);
                if (isAlone) units.Close();
                units.Extend(i, length);
                if (isAlone) units.Close();
            }
        }
    }

    /// <summary>
    /// Words between white space, longer ones cut behind their second character: the reference's rule for a word that
    /// its dictionary lacks. The dictionary is not included, so units of known words are shorter here; the model was
    /// trained on cuts at random places and places either kind.
    /// </summary>
    private static void SplitKorean(string text, UnitList units)
    {
        int place = 0; // in the word, punctuation included: the cut comes before the cleaning
        for (int i = 0, length; i < text.Length; i += length)
        {
            var rune = RuneAt(text, i, out length);
            if (PythonText.IsSpace(text[i]))
            {
                units.Close();
                place = 0;
                continue;
            }
            if (place++ == KoreanStemLength) units.Close();
            if (IsKept(rune)) units.Extend(i, length);
        }
    }

    /// <summary>
    /// Runs of one script: kanji, hiragana, katakana, anything else. The reference uses the segmenter nagisa, whose
    /// words differ (it parts particles from endings, joins kanji with okurigana, and gives NFKC forms); its model is
    /// not included. Any cuts are valid for the aligner, only the grain of the times changes.
    /// </summary>
    private static void SplitJapanese(string text, UnitList units)
    {
        var current = Script.None;
        for (int i = 0, length; i < text.Length; i += length)
        {
            var rune = RuneAt(text, i, out length);
            while (i + length < text.Length && IsMark(text[i + length])) length++; // a separate voicing mark, above all
            var script = PythonText.IsSpace(text[i]) ? Script.None : ScriptOf(rune, current);
            if (script != current) units.Close();
            current = script;
            if (script == Script.None) continue;
            string composed = Nfc.Normalize(text.Substring(i, length));
            units.Extend(i, length, string.Concat(composed.EnumerateRunes().Where(IsKept)));
        }
    }

    private static Script ScriptOf(Rune rune, Script before) => rune.Value switch
    {
        0x30FC when before is Script.Hiragana => before, // the long-vowel mark belongs to either kana
        0x3005 or 0x3006 => Script.Kanji,
        var c when CjkScript.IsIdeograph(c) => Script.Kanji,
        var _ when !IsKept(rune) => Script.None,
        var c when CjkScript.IsHiragana(c) => Script.Hiragana,
        var c when CjkScript.IsKatakana(c) => Script.Katakana,
        _ => Script.Other,
    };

    private static Rune RuneAt(string text, int index, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out length);
        return rune;
    }

    private static bool IsMark(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;

    private static bool IsKept(Rune rune) => rune.Value == '\'' || Rune.GetUnicodeCategory(rune)
        is <= UnicodeCategory.OtherLetter // the five kinds of letters come first
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private enum Script
    {
        None,
        Kanji,
        Hiragana,
        Katakana,
        Other,
    }

    /// <summary>Units done and the one being built.</summary>
    private sealed class UnitList(string text)
    {
        private readonly StringBuilder _open = new();
        private int _start, _end;

        public List<AlignmentUnit> Done { get; } = [];

        public void Extend(int index, int length) => Extend(index, length, text.AsSpan(index, length));

        public void Extend(int index, int length, ReadOnlySpan<char> kept)
        {
            if (_open.Length == 0) _start = index;
            _end = index + length;
            _open.Append(kept);
        }

        public void Close()
        {
            if (_open.Length == 0) return;
            Done.Add(new AlignmentUnit(_open.ToString(), _start, _end - _start));
            _open.Clear();
        }
    }
}
