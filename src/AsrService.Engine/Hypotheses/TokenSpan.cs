namespace AsrService.Engine.Hypotheses;

/// <summary>The characters of a text that a token has a part of; none where the end is not behind the start.</summary>
/// <param name="Start">The first, in UTF-16 units.</param>
/// <param name="End">Behind the last.</param>
internal readonly record struct TokenSpan(int Start, int End);
