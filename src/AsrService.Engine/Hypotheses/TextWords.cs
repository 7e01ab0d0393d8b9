namespace AsrService.Engine.Hypotheses;

/// <summary>A displayed text and its words; between them lies nothing but white space. Immutable.</summary>
internal sealed class TextWords
{
    private readonly List<TextWord> _words;

    private TextWords(string text, List<TextWord> words) => (Text, _words) = (text, words);

    /// <summary>No words.</summary>
    public static TextWords Empty { get; } = new("", []);

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>Number of words.</summary>
    public int Count => _words.Count;

    /// <summary>Places of the words, in order.</summary>
    public IReadOnlyList<TextWord> All => _words;

    /// <summary>Place of a word.</summary>
    public TextWord this[int index] => _words[index];

    /// <summary>
    /// Cuts a text into words: at white space, and around every character of a script that writes without spaces.
    /// Punctuation stays with the word that it touches.
    /// </summary>
    public static TextWords Split(string text) => text.Length == 0 ? Empty : new(text, new WordSplitter(text).Run());

    /// <summary>The words up to <paramref name="count"/> of one text, then those of another from there on.</summary>
    /// <param name="text">Begins with the text of <paramref name="head"/> up to its last word taken.</param>
    /// <param name="head">Gives words 0 to <paramref name="count"/>.</param>
    /// <param name="count">Words taken from the head.</param>
    /// <param name="tail">Gives the words from <paramref name="count"/> on.</param>
    /// <param name="shift">From a place in the tail's text to the same place in <paramref name="text"/>.</param>
    public static TextWords Join(string text, TextWords head, int count, TextWords tail, int shift)
    {
        var words = new List<TextWord>(Math.Max(count, tail.Count));
        for (int i = 0; i < count; i++) words.Add(head[i]);
        for (int i = count; i < tail.Count; i++) words.Add(tail[i] with { Start = tail[i].Start + shift });
        return new(text, words);
    }

    /// <summary>The same words without white space around the text; mostly the very instance.</summary>
    public TextWords Trim()
    {
        if (Count == 0) return Empty;
        int start = _words[0].Start, end = _words[^1].End;
        return end - start == Text.Length ? this : Join(Text[start..end], Empty, 0, this, -start);
    }

    /// <summary>A word as displayed.</summary>
    public ReadOnlySpan<char> Word(int index) => Text.AsSpan(_words[index].Start, _words[index].Length);

    /// <summary>A word without the punctuation around it; empty where it has nothing else.</summary>
    public ReadOnlySpan<char> Core(int index) => CharacterClasses.TrimPunctuation(Word(index));

    /// <summary>Whether two words are the same, character by character.</summary>
    public bool IsSame(int index, TextWords other, int otherIndex) =>
        Word(index).SequenceEqual(other.Word(otherIndex));

    /// <summary>Whether two words are the same but for case and the punctuation around them.</summary>
    public bool IsSimilar(int index, TextWords other, int otherIndex)
    {
        var mine = Core(index);
        var theirs = other.Core(otherIndex);
        if (mine.IsEmpty || theirs.IsEmpty) return IsSame(index, other, otherIndex);
        return mine.Equals(theirs, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Number of first words that two texts have in common.</summary>
    public int CommonWords(TextWords other)
    {
        int count = 0, limit = Math.Min(Count, other.Count);
        while (count < limit && IsSame(count, other, count)) count++;
        return count;
    }
}
