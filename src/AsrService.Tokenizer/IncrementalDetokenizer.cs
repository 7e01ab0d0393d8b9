using System.Buffers;
using System.Text;

namespace AsrService.Tokenizer;

/// <summary>
/// Decodes ids as they arrive and gives out whole characters only. What <see cref="Append"/> and a last
/// <see cref="Flush"/> return, joined, is what <see cref="BpeTokenizer.Decode"/> makes of the same ids. Not
/// thread-safe; remembers 12 bytes for each id, so that a rejected draft can be taken back.
/// </summary>
public sealed class IncrementalDetokenizer
{
    private const int LongestCharacter = 4;
    private readonly Vocabulary _vocabulary;
    private readonly AddedTokenSet _addedTokens;
    private readonly bool _skipSpecial;
    private readonly List<State> _states = [default]; // after 0, 1, ... ids
    private byte[] _scratch = new byte[64];
    private State _now;

    internal IncrementalDetokenizer(Vocabulary vocabulary, AddedTokenSet addedTokens, bool skipSpecial)
    {
        _vocabulary = vocabulary;
        _addedTokens = addedTokens;
        _skipSpecial = skipSpecial;
    }

    /// <summary>Number of ids appended and not taken back.</summary>
    public int Count => _states.Count - 1;

    /// <summary>Length, in UTF-16 units, of all text given out and not taken back.</summary>
    public int TextLength => _now.TextLength;

    /// <summary>
    /// The text that <paramref name="id"/> completes, often empty. U+FFFD stands only for bytes that no later id could
    /// have completed.
    /// </summary>
    public string Append(int id)
    {
        string text = _addedTokens.TryGet(id, out var token)
            ? DecodePending() + (token.Special && _skipSpecial ? "" : token.Content)
            : DecodeBytes(_vocabulary[id]);
        _now.TextLength += text.Length;
        _states.Add(_now);
        return text;
    }

    /// <summary>U+FFFD for a character begun and never completed, else nothing. Call it behind the last id.</summary>
    public string Flush()
    {
        string text = DecodePending();
        _now.TextLength += text.Length;
        return text;
    }

    /// <summary>
    /// Returns to where <see cref="Count"/> was <paramref name="count"/>; the caller cuts its text to
    /// <see cref="TextLength"/>. Truncating to 0 makes the detokenizer as new.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">count is negative or above <see cref="Count"/>.</exception>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        _states.RemoveRange(count + 1, _states.Count - count - 1);
        _now = _states[count];
    }

    private string DecodePending()
    {
        string text = Encoding.UTF8.GetString(Join([]));
        _now.Pending = 0;
        _now.PendingLength = 0;
        return text;
    }

    private string DecodeBytes(ReadOnlySpan<byte> token)
    {
        var bytes = Join(token);
        int complete = bytes.Length - IncompleteTail(bytes);
        var tail = bytes[complete..];
        _now.PendingLength = (byte)tail.Length;
        _now.Pending = 0;
        for (int i = 0; i < tail.Length; i++) _now.Pending |= tail[i] << (8 * i);
        return Encoding.UTF8.GetString(bytes[..complete]);
    }

    /// <summary>The bytes held back, then <paramref name="token"/>.</summary>
    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> token)
    {
        int length = _now.PendingLength + token.Length;
        if (_scratch.Length < length) _scratch = new byte[2 * length];
        for (int i = 0; i < _now.PendingLength; i++) _scratch[i] = (byte)(_now.Pending >> (8 * i));
        token.CopyTo(_scratch.AsSpan(_now.PendingLength));
        return _scratch.AsSpan(0, length);
    }

    /// <summary>How many last bytes begin a character that more bytes may complete.</summary>
    private static int IncompleteTail(ReadOnlySpan<byte> bytes)
    {
        for (int length = 1; length < LongestCharacter && length <= bytes.Length; length++)
        {
            var tail = bytes[^length..];
            if ((tail[0] & 0xC0) == 0x80) continue; // a continuation byte: its character starts further left
            bool mayComplete = Rune.DecodeFromUtf8(tail, out _, out _) == OperationStatus.NeedMoreData;
            return mayComplete ? length : 0;
        }

        return 0;
    }

    private struct State
    {
        public int TextLength;
        public int Pending; // up to 3 bytes, the first in the lowest bits
        public byte PendingLength;
    }
}
