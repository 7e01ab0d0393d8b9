using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Encoder;
using AsrService.Tokenizer;

namespace AsrService.Engine.Alignment;

/// <summary>A unit of a transcript and when it was said.</summary>
/// <param name="Text">A word, or a character of Chinese.</param>
/// <param name="Start">Offset from the clip's first sample; not before the start of the unit before it.</param>
/// <param name="End">Not before <paramref name="Start"/>, but often the same; never behind the clip's end.</param>
/// <param name="Probability">Smaller of its two slots' softmax probabilities.</param>
/// <param name="StartClass">Time class that the model gave for the start.</param>
/// <param name="EndClass">Time class that the model gave for the end.</param>
/// <param name="IsRepaired">Whether either time is not the model's, because its times were not in order.</param>
public readonly record struct AlignedUnit(
    string Text, TimeSpan Start, TimeSpan End, float Probability, int StartClass, int EndClass, bool IsRepaired);

/// <summary>Finds when each unit of a known transcript is said, in one pass of the aligner model.</summary>
/// <remarks>Clips up to 300 s are what the model was trained on. One caller at a time; it does not own the model.</remarks>
public sealed class ForcedAligner(IModelRunner runner, BpeTokenizer tokenizer)
{
    private readonly LogMelFrontEnd _frontEnd = new(LogMelOptions.Default);

    /// <summary>The units of a transcript, in order; none for a text without letters and digits, or for no audio.</summary>
    /// <param name="samples">16 kHz mono, finite.</param>
    /// <param name="text">What is said in them.</param>
    /// <param name="language">Name of its language, which decides what a unit is.</param>
    /// <exception cref="ModelFaultException">The model's numbers are not numbers, or it has no room for the clip.</exception>
    public IReadOnlyList<AlignedUnit> Align(ReadOnlySpan<float> samples, string text, string? language)
    {
        var units = AlignmentUnits.Split(text, language);
        if (units.Count == 0 || samples.IsEmpty) return [];

        var predictions = Classify([.. FeatureWindows.Cut(_frontEnd.Compute(samples), runner.Config.Audio)], units);
        int step = (int)runner.Config.Aligner!.ClassDuration.TotalMilliseconds;
        int[] raw = [.. predictions.Select(prediction => prediction.Id * step)];
        int[] times = TimestampRepair.Apply(raw);

        var clip = TimeSpan.FromTicks(samples.Length * (TimeSpan.TicksPerSecond / LogMelFrontEnd.SampleRate));
        var aligned = new AlignedUnit[units.Count];
        for (int i = 0; i < aligned.Length; i++)
        {
            var (start, end) = (predictions[2 * i], predictions[2 * i + 1]);
            aligned[i] = new AlignedUnit(
                units[i], Within(times[2 * i], clip), Within(times[2 * i + 1], clip),
                MathF.Exp(MathF.Min(start.LogProbability, end.LogProbability)), start.Id, end.Id,
                times[2 * i] != raw[2 * i] || times[2 * i + 1] != raw[2 * i + 1]);
        }
        return aligned;
    }

    private static TimeSpan Within(int milliseconds, TimeSpan clip)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        return time < clip ? time : clip; // the last class may begin behind the clip's end
    }

    private Prediction[] Classify(EncoderWindow[] windows, IReadOnlyList<string> units)
    {
        var audio = runner.Encode(windows);
        int sequence = runner.OpenSequence();
        try
        {
            var prompt = AlignmentPrompt.Build(tokenizer, runner.Config, units, audio.Sum(window => window.Count));
            int room = Math.Min(runner.Config.Text.MaxPositions, runner.FreeKvBlocks * KvCache.BlockPositions);
            if (prompt.Ids.Length > room)
                throw new ModelFaultException($"clip and text need {prompt.Ids.Length} positions; there is room for {room}");

            var predictions = new Prediction[prompt.Slots.Length];
            runner.Extend([new Extension(sequence, prompt.Ids, prompt.Slots, audio)], predictions);
            return Array.Exists(predictions, prediction => float.IsNaN(prediction.LogProbability))
                ? throw new ModelFaultException("the aligner computed NaN")
                : predictions;
        }
        finally
        {
            runner.CloseSequence(sequence);
            foreach (var window in audio) window.Dispose();
        }
    }
}
