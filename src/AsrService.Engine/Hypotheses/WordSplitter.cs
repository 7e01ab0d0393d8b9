namespace AsrService.Engine.Hypotheses;

/// <summary>Walks a text by characters and notes where words begin and end; used once.</summary>
internal ref struct WordSplitter(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private readonly List<TextWord> _words = new(text.Length / 3 + 1);
    private int _start = -1;     // of the open word
    private int _opening = -1;   // first of the opening marks behind the open word's last letter
    private int _fullWidth = -1; // last full-width punctuation behind that letter
    private bool _hasCore;       // the open word has more than punctuation
    private bool _isUnspaced;
    private char _lastCore;

    /// <summary>The words.</summary>
    public List<TextWord> Run()
    {
        for (int i = 0, length; i < _text.Length; i += length)
        {
            length = CharacterClasses.LengthOfFirst(_text[i..]);
            Take(i, CharacterClasses.Of(_text[i..]));
        }
        CloseAt(_text.Length);
        return _words;
    }

    private void Take(int index, CharacterClass kind)
    {
        if (kind == CharacterClass.Space)
        {
            CloseAt(index);
            return;
        }
        if (_start < 0) _start = index;
        if (kind is CharacterClass.Spaced or CharacterClass.Unspaced) TakeCore(index, kind == CharacterClass.Unspaced);
        else TakePunctuation(index, kind);
    }

    private void TakePunctuation(int index, CharacterClass kind)
    {
        if (kind == CharacterClass.Opening && _opening < 0) _opening = index;
        if (kind == CharacterClass.Closing) _opening = -1;
        if (CharacterClasses.IsFullWidth(_text[index])) _fullWidth = index;
    }

    private void TakeCore(int index, bool isUnspaced)
    {
        if (_hasCore && (isUnspaced || _isUnspaced || IsEndedByFullWidth(index)))
        {
            int border = _opening >= 0 ? _opening : index;
            CloseAt(border);
            _start = border;
        }
        (_hasCore, _isUnspaced, _lastCore) = (true, isUnspaced, _text[index]);
        (_opening, _fullWidth) = (-1, -1);
    }

    /// <summary>"Redis，Kafka" are two words, "10：30" is one.</summary>
    private readonly bool IsEndedByFullWidth(int index)
    {
        if (_fullWidth < 0) return false;
        bool isInNumber = _fullWidth == index - 1 && _text[_fullWidth] is '，' or '：' or '．' or '／'
            && char.IsDigit(_lastCore) && char.IsDigit(_text[index]);
        return !isInNumber;
    }

    private void CloseAt(int end)
    {
        if (_start >= 0 && end > _start) _words.Add(new TextWord(_start, end - _start, _hasCore && _isUnspaced));
        (_start, _opening, _fullWidth) = (-1, -1, -1);
        _hasCore = false;
    }
}
