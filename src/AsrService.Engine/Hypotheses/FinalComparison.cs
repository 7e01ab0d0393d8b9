namespace AsrService.Engine.Hypotheses;

/// <summary>How a final relates to the stable text shown before.</summary>
/// <param name="ReplacesStable">It does not begin with that text.</param>
/// <param name="ContradictedWords">Stable words that it lacks; none unless it replaces the text.</param>
internal readonly record struct FinalComparison(bool ReplacesStable, int ContradictedWords);
