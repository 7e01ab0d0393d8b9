namespace AsrService.Engine.Hypotheses;

/// <summary>
/// Decides which part of an open segment's text is stable, refresh by refresh. Reads no clock: the same hypotheses give
/// the same partials. Rules: docs/stable-text.md.
/// </summary>
/// <remarks>Not thread-safe. Work and memory of a refresh are linear in its text.</remarks>
internal sealed class StableText
{
    private readonly TimeSpan _limit;
    private readonly int[] _common; // words that the newest hypotheses have in common with the one before each; a ring
    private TextWords _newest = TextWords.Empty;
    private TextWords? _frozen; // the newest hypothesis that heard nothing behind the limit, once one did
    private int _refreshes;

    /// <summary>Begins a segment.</summary>
    /// <param name="agreement">Refreshes in a row that must agree on a word: 1 to 8.</param>
    /// <param name="limit">
    /// Offset from the segment's first sample; what may have been said behind it never becomes stable. 5 s before the
    /// place of a forced cut.
    /// </param>
    public StableText(int agreement, TimeSpan limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(agreement, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(agreement, 8);
        (_common, _limit) = (new int[agreement - 1], limit);
    }

    /// <summary>What is shown now.</summary>
    public PartialText Shown { get; private set; } = PartialText.Empty;

    /// <summary>Partials whose stable text did not begin with the one before: 0, or there is a bug here.</summary>
    public int Violations { get; private set; }

    /// <summary>Takes the next refresh's hypothesis.</summary>
    public PartialText Accept(Hypothesis hypothesis)
    {
        var words = hypothesis.Words;
        int agreed = Agree(words);
        int allowed = Freeze(hypothesis);

        var kept = Show(words, Shown.StableCount);
        int target = LastWholeUnit(hypothesis, Math.Min(agreed, allowed));
        bool mayAdvance = target > Shown.StableCount && IsSeamFitting(words);
        string stable = mayAdvance ? kept.Text[..kept[target - 1].End] : Shown.Stable;

        if (!stable.StartsWith(Shown.Stable, StringComparison.Ordinal)) Violations++;
        int stableCount = mayAdvance ? target : Shown.StableCount;
        Shown = new PartialText(stable, kept.Text[stable.Length..], kept, stableCount, CountRewritten(kept));
        return Shown;
    }

    /// <summary>Compares the segment's final with the stable text shown.</summary>
    public FinalComparison CompareFinal(string finalText)
    {
        if (finalText.StartsWith(Shown.Stable, StringComparison.Ordinal)) return default;
        int common = WordAlignment.CountCommon(Shown.Words, Shown.StableCount, TextWords.Split(finalText));
        return new FinalComparison(ReplacesStable: true, Shown.StableCount - common);
    }

    /// <summary>How many first words the newest hypotheses agree on, this one included.</summary>
    private int Agree(TextWords words)
    {
        int agreed = words.Count;
        if (_common.Length > 0)
        {
            // The words that all have in common are the fewest that two neighbours have.
            _common[_refreshes++ % _common.Length] = words.CommonWords(_newest);
            foreach (int common in _common) agreed = Math.Min(agreed, common);
        }
        return agreed;
    }

    /// <summary>
    /// How many words were surely said before the limit. Behind it, those that are as they were when nothing behind it
    /// had been heard: a number alone would not do, since a word may have vanished in between.
    /// </summary>
    private int Freeze(Hypothesis hypothesis)
    {
        var before = _newest;
        _newest = hypothesis.Words;
        if (hypothesis.Heard <= _limit) return int.MaxValue;
        _frozen ??= before;
        return _newest.CommonWords(_frozen);
    }

    /// <summary>Words up to the end of the last unit within the words allowed; the hypothesis's last unit is never one.</summary>
    private static int LastWholeUnit(Hypothesis hypothesis, int allowed)
    {
        var ends = SemanticUnits.FindEnds(hypothesis.Words, hypothesis.Language, hypothesis.PauseBefore);
        for (int i = ends.Count - 2; i >= 0; i--)
        {
            if (ends[i] <= allowed) return ends[i];
        }
        return 0;
    }

    /// <summary>
    /// Whether the hypothesis has the last stable word at the same place, give or take case and punctuation. Where not,
    /// words were inserted or lost before it, and what follows would repeat or skip some.
    /// </summary>
    private bool IsSeamFitting(TextWords words)
    {
        int last = Shown.StableCount - 1;
        return last < 0 || words.IsSimilar(last, Shown.Words, last);
    }

    /// <summary>The stable words, then the hypothesis from the same number of words on.</summary>
    private TextWords Show(TextWords words, int stableCount)
    {
        if (stableCount == 0) return words.Trim();
        if (words.Count <= stableCount) return TextWords.Join(Shown.Stable, Shown.Words, stableCount, TextWords.Empty, 0);

        int from = words[stableCount - 1].End;
        string gap = NeedsSpace(words, stableCount) ? " " : "";
        string text = string.Concat(Shown.Stable, gap, words.Text.AsSpan(from, words[^1].End - from));
        return TextWords.Join(text, Shown.Words, stableCount, words, Shown.Stable.Length + gap.Length - from);
    }

    /// <summary>Whether two words that touch would not be those two words any more: "We" and "Redis" of "我Redis".</summary>
    private bool NeedsSpace(TextWords words, int index)
    {
        if (words[index - 1].End != words[index].Start || words.IsSame(index - 1, Shown.Words, index - 1)) return false;
        var last = Shown.Words.Word(index - 1);
        var pair = TextWords.Split(string.Concat(last, words.Word(index)));
        return pair.Count != 2 || pair[0].Length != last.Length;
    }

    private int CountRewritten(TextWords words)
    {
        int rewritten = 0;
        for (int i = 0; i < Shown.Words.Count; i++)
        {
            if (i >= words.Count || !words.IsSame(i, Shown.Words, i)) rewritten++;
        }
        return rewritten;
    }
}
