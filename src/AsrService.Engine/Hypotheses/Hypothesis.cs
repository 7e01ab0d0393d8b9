using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Hypotheses;

/// <summary>What the model makes of an open segment at one refresh.</summary>
/// <param name="Words">The displayed text: parsed and cleaned as a final's.</param>
/// <param name="Language">Whose clause words count; null while unknown. May differ from refresh to refresh.</param>
/// <param name="Heard">Up to where was heard, from the segment's first sample; grows from refresh to refresh.</param>
/// <param name="PauseBefore">As <see cref="WordTimeline.PauseBefore"/>; empty where no times were estimated.</param>
internal sealed record Hypothesis(
    TextWords Words, Language? Language, TimeSpan Heard, IReadOnlyList<bool> PauseBefore);
