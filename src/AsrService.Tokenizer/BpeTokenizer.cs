using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace AsrService.Tokenizer;

/// <summary>
/// The byte-level BPE of Qwen2 and Qwen3 (<c>Qwen2Tokenizer</c>): text to ids and back. All ids come from the model's
/// files. Thread-safe: one instance serves every stream.
/// </summary>
public sealed class BpeTokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly AddedTokenSet _addedTokens;
    private readonly BpeMerger _merger;
    private readonly UnitCache _cache = new();

    internal BpeTokenizer(Vocabulary vocabulary, MergeTable merges, AddedTokenSet addedTokens)
    {
        _vocabulary = vocabulary;
        _addedTokens = addedTokens;
        _merger = new BpeMerger(vocabulary, merges);
        int highestAdded = addedTokens.All.Count == 0 ? -1 : addedTokens.All[^1].Id;
        VocabularySize = Math.Max(vocabulary.HighestId, highestAdded) + 1;
    }

    /// <summary>One more than the highest id of any token, base or added; a model's own table may be larger.</summary>
    public int VocabularySize { get; }

    /// <summary>Tokens that are matched in raw text before anything else, in the order of their ids.</summary>
    public IReadOnlyCollection<AddedToken> AddedTokens => _addedTokens.All;

    /// <summary>Number of units whose ids are remembered; bounded.</summary>
    internal int CachedUnits => _cache.Count;

    /// <summary>
    /// Reads a model folder: <c>vocab.json</c> and <c>merges.txt</c>, or else <c>tokenizer.json</c>; added tokens also
    /// from <c>tokenizer_config.json</c> and <c>added_tokens.json</c> where present.
    /// </summary>
    /// <exception cref="TokenizerException">A file is missing, malformed or contradicts itself or another.</exception>
    public static BpeTokenizer Load(string folder) => TokenizerLoader.Load(folder);

    /// <summary>
    /// Ids of <paramref name="text"/>. With <paramref name="recognizeAddedTokens"/> off, text that spells an added
    /// token is plain text: use that for whatever a caller supplies. Surrogates without a partner count as U+FFFD.
    /// </summary>
    public int[] Encode(string text, bool recognizeAddedTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length / 2 + 4);
        for (int start = 0; start < text.Length;)
        {
            int length = text.Length - start; // of the text in front of the next added token
            var token = recognizeAddedTokens ? _addedTokens.FindFirst(text.AsSpan(start), out length) : null;
            EncodePlain(text.Substring(start, length), ids);
            start += length;
            if (token is null) break;
            ids.Add(token.Id);
            start += token.Content.Length;
        }

        return [.. ids];
    }

    /// <summary>
    /// Text of <paramref name="ids"/>. Bytes that are no UTF-8 become U+FFFD, one for each maximal invalid part; bytes
    /// on two sides of an added token never join into one character; ids without a token give nothing.
    /// </summary>
    /// <param name="ids">Base and added tokens, in order.</param>
    /// <param name="skipSpecial">Leave out added tokens that are <see cref="AddedToken.Special"/>.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = true)
    {
        var text = new StringBuilder();
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, 4 * ids.Length));
        foreach (int id in ids)
        {
            if (!_addedTokens.TryGet(id, out var token))
            {
                bytes.Write(_vocabulary[id]);
                continue;
            }

            text.Append(Encoding.UTF8.GetString(bytes.WrittenSpan));
            bytes.ResetWrittenCount();
            if (!token.Special || !skipSpecial) text.Append(token.Content);
        }

        return text.Append(Encoding.UTF8.GetString(bytes.WrittenSpan)).ToString();
    }

    /// <summary>The id of the added token that reads <paramref name="content"/>.</summary>
    public bool TryGetAddedToken(string content, out int id)
    {
        ArgumentNullException.ThrowIfNull(content);
        bool found = _addedTokens.TryGet(content, out var token);
        id = token?.Id ?? -1;
        return found;
    }

    /// <summary>A decoder for ids that arrive one by one.</summary>
    /// <param name="skipSpecial">As in <see cref="Decode"/>.</param>
    public IncrementalDetokenizer CreateDetokenizer(bool skipSpecial = true) =>
        new(_vocabulary, _addedTokens, skipSpecial);

    private void EncodePlain(string text, List<int> ids)
    {
        var rest = Nfc.Normalize(text).AsSpan();
        while (!rest.IsEmpty)
        {
            int length = PreTokenizer.NextUnit(rest);
            EncodeUnit(rest[..length], ids);
            rest = rest[length..];
        }
    }

    private void EncodeUnit(ReadOnlySpan<char> unit, List<int> ids)
    {
        if (_cache.TryGet(unit, out var known))
        {
            ids.AddRange(known);
            return;
        }

        int before = ids.Count;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(3 * unit.Length); // UTF-16 takes at most 3 bytes a unit
        try
        {
            int count = Encoding.UTF8.GetBytes(unit, bytes);
            _merger.Merge(bytes.AsSpan(0, count), ids);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        _cache.Add(unit, CollectionsMarshal.AsSpan(ids)[before..]);
    }
}
