using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

/// <summary>What holds for every sequence of hypotheses, likely or not.</summary>
[Trait("Category", "Unit")]
public class StableTextPropertyTests
{
    private const int Sequences = 1_000;
    private const int Refreshes = 24;

    [Fact]
    public void Accept_RandomHypotheses_StableTextOnlyGrowsByWholeAgreedWords()
    {
        int advanced = 0;
        for (int seed = 0; seed < Sequences; seed++) advanced += RunSequence(new Random(seed));

        Assert.InRange(advanced, 2 * Sequences, int.MaxValue); // else the sequences show nothing
    }

    /// <summary>Returns how often stable text grew.</summary>
    private static int RunSequence(Random random)
    {
        int agreement = random.Next(1, 9) is > 3 and var many ? (random.Next(3) == 0 ? many : 2) : random.Next(1, 4);
        var limit = TimeSpan.FromSeconds(random.Next(4) == 0 ? random.Next(Refreshes) : Refreshes);
        var text = new StableText(agreement, limit);
        var (before, history, pieces) = (PartialText.Empty, new List<TextWords>(), new List<string>());
        int advanced = 0, wordsAtLimit = 0;
        for (int i = 0; i < Refreshes; i++)
        {
            var hypothesis = Next(random, pieces, TimeSpan.FromSeconds(i));
            history.Add(hypothesis.Words);

            var shown = text.Accept(hypothesis);

            CheckShown(shown, before);
            if (shown.StableCount > before.StableCount)
            {
                advanced++;
                CheckAdvance(shown, before.StableCount, history, agreement);
            }
            if (hypothesis.Heard <= limit) wordsAtLimit = Math.Max(hypothesis.Words.Trim().Count, before.StableCount);
            else Assert.InRange(shown.StableCount, 0, Math.Max(wordsAtLimit, before.StableCount));
            before = shown;
        }
        Assert.Equal(0, text.Violations);
        return advanced;
    }

    private static void CheckShown(PartialText shown, PartialText before)
    {
        Assert.StartsWith(before.Stable, shown.Stable, StringComparison.Ordinal);
        Assert.Equal(shown.Words.Text, shown.Stable + shown.Tentative);
        Assert.Equal(TextWords.Split(shown.Words.Text).All, shown.Words.All);
        Assert.Equal(shown.Stable.Length, shown.StableCount == 0 ? 0 : shown.Words[shown.StableCount - 1].End);
        Assert.InRange(shown.RewrittenCount, 0, before.Words.Count - before.StableCount);
    }

    /// <summary>New stable words stood at their places in the last refreshes, and a unit is behind them.</summary>
    private static void CheckAdvance(PartialText shown, int from, List<TextWords> history, int agreement)
    {
        Assert.InRange(history.Count, agreement, int.MaxValue);
        var newest = history[^1];
        Assert.True(shown.StableCount < newest.Count);
        foreach (var one in history.TakeLast(agreement))
        {
            for (int i = 0; i < shown.StableCount; i++) Assert.True(newest.IsSame(i, one, i));
            for (int i = from; i < shown.StableCount; i++) Assert.True(shown.Words.IsSame(i, one, i));
        }
    }

    /// <summary>Mostly the same text with more behind it; now and then edited, shortened, empty or cut in a character.</summary>
    private static Hypothesis Next(Random random, List<string> pieces, TimeSpan heard)
    {
        for (int i = random.Next(6); i > 0; i--) pieces.Add(RandomText.Piece(random));
        int place = random.Next(pieces.Count + 1);
        switch (random.Next(16))
        {
            case 0: pieces.Insert(place, RandomText.Piece(random)); break;
            case 1 when place < pieces.Count: pieces.RemoveAt(place); break;
            case 2 when place < pieces.Count: pieces[place] = RandomText.Piece(random); break;
            case 3: pieces.RemoveRange(place, pieces.Count - place); break;
            case 4: return Make(random, "", heard);
        }
        string text = string.Concat(pieces);
        return Make(random, random.Next(3) == 0 ? RandomText.WithoutLastBytes(text, random.Next(1, 5)) : text, heard);
    }

    private static Hypothesis Make(Random random, string text, TimeSpan heard)
    {
        var words = TextWords.Split(random.Next(8) == 0 ? text : RandomText.Strip(text));
        var language = random.Next(4) == 0 ? null : LanguageCatalog.All[random.Next(3)];
        bool[] pauses = [.. words.All.Select((_, i) => i % 7 == 5)];
        return new Hypothesis(words, language, heard, pauses);
    }
}
