using AsrService.Audio;

namespace AsrService.Engine.Alignment;

/// <summary>Where there is speech in a whole clip.</summary>
internal static class ClipActivity
{
    private const int Hop = 160;

    /// <summary>For each whole hop of 10 ms whether it is speech; the detector's late decisions are dated back.</summary>
    /// <param name="samples">16 kHz mono.</param>
    public static bool[] Of(ReadOnlySpan<float> samples)
    {
        var detector = new AdaptiveVoiceActivityDetector();
        var activity = new bool[samples.Length / Hop];
        for (int i = 0; i < activity.Length; i++)
        {
            int undecided = detector.UndecidedHops;
            if (!detector.Process(samples.Slice(i * Hop, Hop))) continue;
            bool isBeginning = i > 0 && !activity[i - 1];
            activity.AsSpan((i - (isBeginning ? undecided : 0))..(i + 1)).Fill(true);
        }
        return activity;
    }
}
