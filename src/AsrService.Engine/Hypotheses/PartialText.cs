namespace AsrService.Engine.Hypotheses;

/// <summary>What is shown of an open segment.</summary>
/// <param name="Stable">Never altered by a later partial; ends at the end of a word. Without white space at its ends.</param>
/// <param name="Tentative">May change; follows with nothing in between, so white space between the two is its own.</param>
/// <param name="Words">
/// The words of both as one text. Word i comes from word i of the hypothesis where that has one and
/// <paramref name="StableCount"/> is not above i.
/// </param>
/// <param name="StableCount">How many of the words are stable.</param>
/// <param name="RewrittenCount">
/// Words of the partial before that are gone or have another word, or other punctuation, at their place.
/// </param>
internal sealed record PartialText(string Stable, string Tentative, TextWords Words, int StableCount, int RewrittenCount)
{
    /// <summary>Nothing shown yet.</summary>
    public static PartialText Empty { get; } = new("", "", TextWords.Empty, 0, 0);
}
