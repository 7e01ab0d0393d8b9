using System.Globalization;
using System.Text;
using AsrService.Engine.Transcripts;
using AsrService.Tokenizer;

namespace AsrService.Engine.Alignment;

/// <summary>
/// Cuts a transcript into the units that get a time each: words, or characters for Chinese. Only letters, numbers and
/// the apostrophe U+0027 are kept; punctuation, symbols and marks are deleted, without a cut at their place.
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
    public static IReadOnlyList<string> Split(string text, string? language)
    {
        ArgumentNullException.ThrowIfNull(text);
        return language?.ToUpperInvariant() switch
        {
            "JAPANESE" => SplitJapanese(text),
            "KOREAN" => SplitKorean(text),
            _ => SplitDefault(text),
        };
    }

    /// <summary>
    /// Words between white space; every ideograph is a unit, the stretches between ideographs stay together.
    /// </summary>
    private static List<string> SplitDefault(string text)
    {
        var units = new UnitList();
        foreach (string piece in PythonText.Split(text))
        {
            foreach (var rune in piece.EnumerateRunes())
            {
                if (!IsKept(rune)) continue;
                if (CjkScript.IsIdeograph(rune.Value)) units.AddAlone(rune);
                else units.Extend(rune);
            }

            units.Close();
        }

        return units.Done;
    }

    /// <summary>
    /// Words between white space, longer ones cut behind their second character: the reference's rule for a word that
    /// its dictionary lacks. The dictionary is not included, so units of known words are shorter here; the model was
    /// trained on cuts at random places and places either kind.
    /// </summary>
    private static List<string> SplitKorean(string text)
    {
        var units = new UnitList();
        foreach (string piece in PythonText.Split(text))
        {
            int place = 0; // counts punctuation too: the cut comes before the cleaning
            foreach (var rune in piece.EnumerateRunes())
            {
                if (place++ == KoreanStemLength) units.Close();
                if (IsKept(rune)) units.Extend(rune);
            }

            units.Close();
        }

        return units.Done;
    }

    /// <summary>
    /// Runs of one script: kanji, hiragana, katakana, anything else. The reference uses the segmenter nagisa, whose
    /// words differ (it parts particles from endings, joins kanji with okurigana, and gives NFKC forms); its model is
    /// not included. Any cuts are valid for the aligner, only the grain of the times changes.
    /// </summary>
    private static List<string> SplitJapanese(string text)
    {
        var units = new UnitList();
        foreach (string piece in PythonText.Split(Nfc.Normalize(text))) // else a separate voicing mark would be deleted
        {
            var current = Script.None;
            foreach (var rune in piece.EnumerateRunes())
            {
                var script = ScriptOf(rune, current);
                if (script != current) units.Close();
                current = script;
                if (script != Script.None) units.Extend(rune);
            }

            units.Close();
        }

        return units.Done;
    }

    private static Script ScriptOf(Rune rune, Script before) => rune.Value switch
    {
        0x30FC when before is Script.Hiragana => before, // the long-vowel mark belongs to either kana
        0x3005 or 0x3006 => Script.Kanji,
        var c when CjkScript.IsIdeograph(c) => Script.Kanji,
        var c when !IsKept(rune) => Script.None,
        var c when CjkScript.IsHiragana(c) => Script.Hiragana,
        var c when CjkScript.IsKatakana(c) => Script.Katakana,
        _ => Script.Other,
    };

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
    private sealed class UnitList
    {
        private readonly StringBuilder _open = new();

        public List<string> Done { get; } = [];

        public void Extend(Rune rune) => _open.Append(rune.ToString());

        public void AddAlone(Rune rune)
        {
            Close();
            Done.Add(rune.ToString());
        }

        public void Close()
        {
            if (_open.Length == 0) return;
            Done.Add(_open.ToString());
            _open.Clear();
        }
    }
}
