namespace AsrService.Tokenizer;

/// <summary>
/// Base tokens as raw bytes, found by id and by content. All bytes lie in one array with a hash table of our own over
/// it: 151,643 strings and their dictionary would take several times the memory and most of the load time.
/// Filled by one thread, then read by many.
/// </summary>
internal sealed class Vocabulary
{
    private byte[] _bytes = new byte[1 << 16];
    private int _used;
    private (int Start, int Length)[] _tokens = new (int, int)[1 << 10]; // by id; Length 0: no such token
    private int[] _table = new int[1 << 11]; // id + 1, or 0 for empty; at most half full

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>Highest id in use; -1 when empty.</summary>
    public int HighestId { get; private set; } = -1;

    /// <summary>Bytes of a token; empty for an id that has none, negative ones included.</summary>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            if ((uint)id >= (uint)_tokens.Length) return [];
            var (start, length) = _tokens[id];
            return _bytes.AsSpan(start, length);
        }
    }

    /// <summary>Id of the token with just these bytes.</summary>
    public bool TryGetId(ReadOnlySpan<byte> token, out int id)
    {
        id = _table[FindSlot(token)] - 1;
        return id >= 0;
    }

    /// <summary>False when the id or the content is there already. Tokens are not empty, ids not negative.</summary>
    public bool TryAdd(int id, ReadOnlySpan<byte> token)
    {
        if (!this[id].IsEmpty) return false;
        if (2 * (Count + 1) > _table.Length) GrowTable();
        int slot = FindSlot(token);
        if (_table[slot] != 0) return false;

        int needed = _used + token.Length;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, needed));
        if (id >= _tokens.Length) Array.Resize(ref _tokens, Math.Max(2 * _tokens.Length, id + 1));
        token.CopyTo(_bytes.AsSpan(_used));
        _tokens[id] = (_used, token.Length);
        _used += token.Length;
        _table[slot] = id + 1;
        Count++;
        HighestId = Math.Max(HighestId, id);
        return true;
    }

    /// <summary>The slot that holds the token, or the empty one where it would go.</summary>
    private int FindSlot(ReadOnlySpan<byte> token)
    {
        int mask = _table.Length - 1;
        int slot = Hash(token) & mask;
        while (_table[slot] is var entry and not 0 && !this[entry - 1].SequenceEqual(token)) slot = (slot + 1) & mask;
        return slot;
    }

    private void GrowTable()
    {
        var old = _table;
        _table = new int[2 * old.Length];
        foreach (int entry in old)
        {
            if (entry != 0) _table[FindSlot(this[entry - 1])] = entry;
        }
    }

    /// <summary>FNV-1a with its high bits folded in, because the table masks them away.</summary>
    private static int Hash(ReadOnlySpan<byte> token)
    {
        uint hash = 2166136261;
        foreach (byte b in token) hash = (hash ^ b) * 16777619;
        return (int)(hash ^ (hash >> 15));
    }
}
