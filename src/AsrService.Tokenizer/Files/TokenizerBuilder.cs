using System.Text;

namespace AsrService.Tokenizer;

/// <summary>
/// Collects what the files of one tokenizer say, whatever their form, and checks it. Order matters: all base tokens,
/// then merges; added tokens at any time.
/// </summary>
internal sealed class TokenizerBuilder
{
    /// <summary>Tables are indexed by id, so a damaged file must not ask for gigabytes.</summary>
    private const int HighestId = (1 << 24) - 1;

    private readonly Vocabulary _vocabulary = new();
    private readonly MergeTable _merges = new();
    private readonly Dictionary<int, AddedToken> _added = [];
    private readonly Dictionary<string, int> _addedIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _unmapped = new(StringComparer.Ordinal);
    private byte[] _scratch = new byte[512];
    private int _nextRank;

    /// <summary>Number of base tokens so far.</summary>
    public int TokenCount => _vocabulary.Count;

    /// <summary>A base token as the files write it: mapped bytes, in UTF-8.</summary>
    public void AddToken(string file, ReadOnlySpan<byte> mapped, int id)
    {
        CheckId(file, id, mapped);
        Reserve(mapped.Length);
        if (!ByteMap.TryUnmap(mapped, _scratch, out int length) || length == 0)
        {
            // Some exporters list added tokens here too; Build sees to it that this is one.
            if (!_unmapped.TryAdd(Text(mapped), id)) throw Duplicate(file, id, mapped);
        }
        else if (!_vocabulary.TryAdd(id, _scratch.AsSpan(0, length)))
        {
            throw Duplicate(file, id, mapped);
        }
    }

    /// <summary>The next merge, given as "left right"; <paramref name="place"/> says where it stands.</summary>
    public void AddMerge(string file, ReadOnlySpan<byte> merge, int place)
    {
        int space = merge.IndexOf((byte)' ');
        if (space <= 0 || space == merge.Length - 1 || merge[(space + 1)..].Contains((byte)' '))
            throw new TokenizerException(file, $"two tokens and one space in merge {place}", $"'{Text(merge)}'");
        AddMerge(file, merge[..space], merge[(space + 1)..], place);
    }

    /// <summary>The next merge; both parts and what they make are base tokens.</summary>
    public void AddMerge(string file, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int place)
    {
        Reserve(left.Length + right.Length);
        bool isMapped = ByteMap.TryUnmap(left, _scratch, out int leftLength)
            & ByteMap.TryUnmap(right, _scratch.AsSpan(leftLength), out int rightLength);
        ReadOnlySpan<byte> both = _scratch.AsSpan(0, leftLength + rightLength);
        if (!isMapped
            || !_vocabulary.TryGetId(both[..leftLength], out int leftId)
            || !_vocabulary.TryGetId(both[leftLength..], out int rightId)
            || !_vocabulary.TryGetId(both, out int id))
        {
            throw new TokenizerException(
                file, $"merge {place} to join two tokens of the vocabulary into a third",
                $"'{Text(left)}' and '{Text(right)}', of which one or what they make is missing");
        }

        if (_nextRank == 0) _merges.Reserve(TokenCount); // each merge makes a token, so there are about as many
        _merges.Set(leftId, rightId, new Merge(_nextRank++, id));
    }

    /// <summary>An added token; told again by a second file it must be the same, and takes that file's flag.</summary>
    public void AddAddedToken(string file, AddedToken token)
    {
        CheckId(file, token.Id, Encoding.UTF8.GetBytes(token.Content));
        if (token.Content.Length == 0)
            throw new TokenizerException(file, $"content for added token {token.Id}", "an empty string");
        if (_added.TryGetValue(token.Id, out var other) && other.Content != token.Content)
            throw new TokenizerException(
                file, $"one token with id {token.Id}", $"'{other.Content}' and '{token.Content}'");
        if (_addedIds.TryGetValue(token.Content, out int id) && id != token.Id)
            throw new TokenizerException(file, $"one id for '{token.Content}'", $"{id} and {token.Id}");
        _added[token.Id] = token;
        _addedIds[token.Content] = token.Id;
    }

    /// <summary>Whether this added token has been told already.</summary>
    public bool HasAddedToken(int id, string content) =>
        _added.TryGetValue(id, out var token) && token.Content == content;

    /// <summary>The tokenizer; <paramref name="file"/> is the one that holds the vocabulary.</summary>
    public BpeTokenizer Build(string file)
    {
        for (int b = 0; b < 256; b++)
        {
            if (!_vocabulary.TryGetId([(byte)b], out _))
                throw new TokenizerException(file, "a token for each of the 256 bytes", $"none for byte 0x{b:X2}");
        }

        foreach (var (content, id) in _unmapped)
        {
            if (!HasAddedToken(id, content))
                throw new TokenizerException(file, "tokens made of mapped bytes", $"'{content}' with id {id}");
        }

        foreach (var token in _added.Values)
        {
            var baseToken = _vocabulary[token.Id];
            if (!baseToken.IsEmpty && !baseToken.SequenceEqual(Encoding.UTF8.GetBytes(token.Content)))
                throw new TokenizerException(
                    file, $"id {token.Id} to be free for added token '{token.Content}'", $"'{Text(baseToken)}' there");
        }

        return new BpeTokenizer(_vocabulary, _merges, new AddedTokenSet(_added.Values));
    }

    private static void CheckId(string file, int id, ReadOnlySpan<byte> token)
    {
        if (id is < 0 or > HighestId)
            throw new TokenizerException(file, $"ids in 0..{HighestId}", $"{id} for '{Text(token)}'");
    }

    private static TokenizerException Duplicate(string file, int id, ReadOnlySpan<byte> mapped) =>
        new(file, "every token and every id once", $"'{Text(mapped)}' with id {id}, one of which was there before");

    private static string Text(ReadOnlySpan<byte> utf8) =>
        Encoding.UTF8.GetString(utf8.Length > 80 ? utf8[..80] : utf8);

    private void Reserve(int length)
    {
        if (_scratch.Length < length) _scratch = new byte[2 * length];
    }
}
