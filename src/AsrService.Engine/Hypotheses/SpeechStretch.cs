namespace AsrService.Engine.Hypotheses;

/// <summary>Speech between two pauses.</summary>
/// <param name="Start">First hop.</param>
/// <param name="End">Hop behind the last.</param>
internal readonly record struct SpeechStretch(int Start, int End)
{
    /// <summary>The shortest silence that counts as a pause, in hops: 200 ms.</summary>
    public const int MinPause = 20;

    /// <summary>Hops.</summary>
    public int Length => End - Start;

    /// <summary>All stretches, in order; silences shorter than a pause lie within them.</summary>
    public static List<SpeechStretch> Find(ReadOnlySpan<bool> activity)
    {
        var found = new List<SpeechStretch>();
        for (int i = 0; i < activity.Length;)
        {
            int start = activity[i..].IndexOf(true);
            if (start < 0) break;
            start += i;
            int length = activity[start..].IndexOf(false);
            i = length < 0 ? activity.Length : start + length;
            if (found.Count > 0 && start - found[^1].End < MinPause) found[^1] = found[^1] with { End = i };
            else found.Add(new SpeechStretch(start, i));
        }
        return found;
    }
}
