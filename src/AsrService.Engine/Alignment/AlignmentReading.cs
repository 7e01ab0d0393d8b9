using AsrService.Audio;
using AsrService.Models;

namespace AsrService.Engine.Alignment;

/// <summary>Turns the model's time classes into times: repair, then lengths, then what is to be said about them.</summary>
/// <param name="units">Of the transcript.</param>
/// <param name="samples">The clip.</param>
/// <param name="classDuration">From one class to the next.</param>
internal sealed class AlignmentReading(
    IReadOnlyList<AlignmentUnit> units, ReadOnlyMemory<float> samples, TimeSpan classDuration)
{
    // With the bundled model right texts have 0.41 to 0.62, the texts of other recordings 0.18 to 0.38 or a third of their
    // units collapsed. Short sentences of its closed domain are not told apart: docs/alignment.md.
    private const double Doubtful = 0.35;
    private const int FewestCollapsed = 3; // of a short text one in four is chance

    /// <summary>Start and end of each unit in turn.</summary>
    public AlignedText Read(ReadOnlySpan<Prediction> slots)
    {
        var duration = TimeSpan.FromTicks(samples.Length * (TimeSpan.TicksPerSecond / LogMelFrontEnd.SampleRate));
        if (slots.IsEmpty) return new AlignedText { Units = [], Duration = duration };

        int step = (int)classDuration.TotalMilliseconds, clip = (int)duration.TotalMilliseconds;
        var raw = new int[slots.Length];
        for (int i = 0; i < raw.Length; i++) raw[i] = slots[i].Id * step;
        int[] repaired = TimestampRepair.Apply(raw);
        int[] times = [.. repaired];
        int stretched = UnitLengths.Ensure(times, ClipActivity.Of(samples.Span), clip);

        float probability = MeanProbability(slots);
        return new AlignedText
        {
            Units = Join(slots, raw, times),
            Duration = duration,
            Probability = probability,
            Remarks = RemarksOf(probability, stretched, clip),
            StretchedUnits = stretched,
            SlotClasses = Array.ConvertAll(raw, time => time / step),
            RepairedMs = repaired,
        };
    }

    private AlignedUnit[] Join(ReadOnlySpan<Prediction> slots, int[] raw, int[] times)
    {
        var aligned = new AlignedUnit[units.Count];
        for (int i = 0; i < aligned.Length; i++)
        {
            int start = 2 * i, end = start + 1;
            aligned[i] = new AlignedUnit(
                units[i].Text, TimeSpan.FromMilliseconds(times[start]), TimeSpan.FromMilliseconds(times[end]),
                MathF.Exp(MathF.Min(slots[start].LogProbability, slots[end].LogProbability)),
                times[start] != raw[start] || times[end] != raw[end]);
        }
        return aligned;
    }

    private static float MeanProbability(ReadOnlySpan<Prediction> slots)
    {
        double sum = 0;
        foreach (var slot in slots) sum += slot.LogProbability;
        return (float)Math.Exp(sum / slots.Length);
    }

    private AlignmentRemarks RemarksOf(float probability, int collapsed, int clip)
    {
        var remarks = AlignmentRemarks.None;
        bool isCollapsed = collapsed >= FewestCollapsed && collapsed * 4 > units.Count;
        if (probability < Doubtful || isCollapsed) remarks |= AlignmentRemarks.TextMismatch;
        if ((long)units.Count * UnitLengths.Shortest > clip) remarks |= AlignmentRemarks.TextTooLong;
        return remarks;
    }
}
