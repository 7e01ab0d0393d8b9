using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace AsrService.Tokenizer;

/// <summary>
/// The added tokens of a tokenizer, by id and by content, and the search for them in text. Immutable.
/// </summary>
internal sealed class AddedTokenSet
{
    private readonly Dictionary<int, AddedToken> _byId;
    private readonly Dictionary<string, AddedToken> _byContent;
    private readonly Dictionary<char, AddedToken[]> _byFirstChar; // longest first
    private readonly SearchValues<char> _firstChars;

    public AddedTokenSet(IEnumerable<AddedToken> tokens)
    {
        All = [.. tokens.OrderBy(token => token.Id)];
        _byId = All.ToDictionary(token => token.Id);
        _byContent = All.ToDictionary(token => token.Content, StringComparer.Ordinal);
        _byFirstChar = All.OrderByDescending(token => token.Content.Length)
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.ToArray());
        _firstChars = SearchValues.Create([.. _byFirstChar.Keys]);
    }

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<AddedToken> All { get; }

    public bool TryGet(int id, [NotNullWhen(true)] out AddedToken? token) => _byId.TryGetValue(id, out token);

    public bool TryGet(string content, [NotNullWhen(true)] out AddedToken? token) =>
        _byContent.TryGetValue(content, out token);

    /// <summary>
    /// The leftmost token in <paramref name="text"/>, the longest where several start; null, and
    /// <paramref name="at"/> the text's end, when there is none.
    /// </summary>
    public AddedToken? FindFirst(ReadOnlySpan<char> text, out int at)
    {
        at = 0;
        while (text[at..].IndexOfAny(_firstChars) is var step and >= 0)
        {
            at += step;
            foreach (var token in _byFirstChar[text[at]])
            {
                if (text[at..].StartsWith(token.Content, StringComparison.Ordinal)) return token;
            }

            at++;
        }

        at = text.Length;
        return null;
    }
}
