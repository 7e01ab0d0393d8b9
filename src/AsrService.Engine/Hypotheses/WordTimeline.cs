namespace AsrService.Engine.Hypotheses;

/// <summary>When a word is said, in offsets from the segment's first sample.</summary>
/// <param name="Start">Where it begins; not before the end of the word before it.</param>
/// <param name="End">Where it ends; not before <paramref name="Start"/>.</param>
internal readonly record struct WordTime(TimeSpan Start, TimeSpan End);

/// <summary>Estimated times of a text's words.</summary>
/// <param name="Times">One for each word.</param>
/// <param name="PauseBefore">For each word, whether a pause of 200 ms or more lies before it.</param>
internal sealed record WordTimeline(IReadOnlyList<WordTime> Times, IReadOnlyList<bool> PauseBefore);
