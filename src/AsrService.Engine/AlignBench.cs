using System.Diagnostics;
using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Encoder;

namespace AsrService.Engine;

/// <summary>What to measure.</summary>
/// <param name="Samples">The clip, 16 kHz mono.</param>
/// <param name="Units">Units of its text, two time slots each; every unit is one text token.</param>
/// <param name="Batch">Copies of the clip aligned together.</param>
public sealed record AlignBenchPlan(float[] Samples, int Units, int Batch);

/// <summary>Time and memory of one pass, after a warm-up pass of the same work.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Device">Backend, threads, vector width.</param>
/// <param name="Weights">Format of the weights.</param>
/// <param name="Batch">Copies of the clip.</param>
/// <param name="AudioS">Length of one clip in seconds.</param>
/// <param name="Units">Units of one text.</param>
/// <param name="PromptTokens">Positions of one prompt.</param>
/// <param name="LoadMs">Opening or making the weights, and packing them.</param>
/// <param name="MelMs">Features, all clips.</param>
/// <param name="EncoderMs">Encoder, all clips.</param>
/// <param name="PrefillMs">Prompts with the classes of their slots, all clips.</param>
/// <param name="TotalMs">All stages but loading.</param>
/// <param name="Rtf">TotalMs by the audio of all clips.</param>
/// <param name="PeakRssBytes">Largest resident memory of the process so far.</param>
public sealed record AlignBenchResult(
    string Model, string Device, string Weights, int Batch, double AudioS, int Units, int PromptTokens,
    double LoadMs, double MelMs, double EncoderMs, double PrefillMs, double TotalMs, double Rtf, long PeakRssBytes);

/// <summary>Times the aligner's pass on a runner alone: no tokenizer, no repair.</summary>
public static class AlignBench
{
    /// <summary>Loads, warms up, then measures.</summary>
    /// <exception cref="ModelFaultException">It is no aligner, or the plan needs more positions than it has.</exception>
    public static AlignBenchResult Run(Func<ModelRunner> load, AlignBenchPlan plan)
    {
        long start = Stopwatch.GetTimestamp();
        using var runner = load();
        var loadTime = Stopwatch.GetElapsedTime(start);
        if (runner.Config.Aligner is not { } aligner)
            throw new ModelFaultException($"{runner.Name}: expected a forced aligner, found a transcriber.");

        int audioTokens = runner.Config.Audio.AudioTokens(new LogMelFrontEnd(LogMelOptions.Default).FrameCount(plan.Samples.Length));
        int positions = audioTokens + 2 + 3 * plan.Units, blocks = KvGeometry.BlocksFor(positions) * plan.Batch;
        if (positions > runner.Config.Text.MaxPositions || blocks > runner.FreeKvBlocks)
            throw new ModelFaultException($"{runner.Name}: {plan.Batch} times {positions} positions do not fit into model and KV cache.");

        Measure(runner, plan with { Batch = 1 }, audioTokens, aligner.TimestampTokenId);
        var (mel, encoder, prefill) = Measure(runner, plan, audioTokens, aligner.TimestampTokenId);
        double audio = plan.Samples.Length / 16_000.0, total = (mel + encoder + prefill).TotalMilliseconds;
        return new AlignBenchResult(
            runner.Name, runner.Device, runner.WeightType == DType.F32 ? "f32" : "bf16", plan.Batch, audio, plan.Units, positions,
            loadTime.TotalMilliseconds, mel.TotalMilliseconds, encoder.TotalMilliseconds, prefill.TotalMilliseconds,
            total, total / 1000 / (audio * plan.Batch), EngineBench.PeakRss());
    }

    private static (TimeSpan Mel, TimeSpan Encoder, TimeSpan Prefill) Measure(
        ModelRunner runner, AlignBenchPlan plan, int audioTokens, int timestampId)
    {
        var clock = Stopwatch.StartNew();
        var frontEnd = new LogMelFrontEnd(LogMelOptions.Default);
        var windows = new List<EncoderWindow>();
        for (int i = 0; i < plan.Batch; i++) windows.AddRange(FeatureWindows.Cut(frontEnd.Compute(plan.Samples), runner.Config.Audio));
        var mel = clock.Elapsed;

        var encoded = runner.Encode([.. windows]);
        var encoder = clock.Elapsed - mel;

        var (ids, slots) = Prompt(runner.Config.AudioTokenId, audioTokens, plan.Units, timestampId);
        int perClip = windows.Count / plan.Batch;
        var extensions = new Extension[plan.Batch];
        for (int i = 0; i < plan.Batch; i++)
            extensions[i] = new Extension(runner.OpenSequence(), ids, slots, encoded[(i * perClip)..((i + 1) * perClip)]);
        runner.Extend(extensions, new Prediction[plan.Batch * slots.Length]);
        var prefill = clock.Elapsed - mel - encoder;

        foreach (var extension in extensions) runner.CloseSequence(extension.Sequence);
        foreach (var window in encoded) window.Dispose();
        return (mel, encoder, prefill);
    }

    private static (int[] Ids, int[] Slots) Prompt(int audioId, int audioTokens, int units, int timestampId)
    {
        var ids = new int[audioTokens + 2 + 3 * units];
        var slots = new int[2 * units];
        Array.Fill(ids, audioId, 1, audioTokens);
        for (int i = 0; i < units; i++)
        {
            int unit = audioTokens + 2 + 3 * i;
            ids[unit] = 100 + i % 100;
            (slots[2 * i], slots[2 * i + 1]) = (unit + 1, unit + 2);
            (ids[unit + 1], ids[unit + 2]) = (timestampId, timestampId);
        }
        return (ids, slots);
    }
}
