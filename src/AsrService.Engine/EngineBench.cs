using System.Diagnostics;
using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Encoder;

namespace AsrService.Engine;

/// <summary>What to measure.</summary>
/// <param name="Samples">The clip, 16 kHz mono.</param>
/// <param name="Tokens">Text tokens to decode, whatever the model says.</param>
/// <param name="Batch">Copies of the clip decoded together.</param>
public sealed record BenchPlan(float[] Samples, int Tokens, int Batch);

/// <summary>Time and memory of one run, after a warm-up run of the same work.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Device">Backend, threads, vector width.</param>
/// <param name="Weights">Format of the weights.</param>
/// <param name="Batch">Copies of the clip.</param>
/// <param name="AudioS">Length of one clip in seconds.</param>
/// <param name="PromptTokens">Positions of one prompt.</param>
/// <param name="Tokens">Text tokens decoded per clip.</param>
/// <param name="LoadMs">Opening or making the weights, and packing them.</param>
/// <param name="MelMs">Features, all clips.</param>
/// <param name="EncoderMs">Encoder, all clips.</param>
/// <param name="PrefillMs">Prompts, all clips, with the first text token.</param>
/// <param name="DecodeMsPerToken">One step: a token for every clip.</param>
/// <param name="DecodeTokensPerS">Tokens of all clips by the time of the steps; 0 when the only one came from the prefill.</param>
/// <param name="TotalMs">All stages but loading.</param>
/// <param name="Rtf">TotalMs by the audio of all clips.</param>
/// <param name="PeakRssBytes">Largest resident memory of the process so far.</param>
public sealed record BenchResult(
    string Model, string Device, string Weights, int Batch, double AudioS, int PromptTokens, int Tokens,
    double LoadMs, double MelMs, double EncoderMs, double PrefillMs, double DecodeMsPerToken, double DecodeTokensPerS,
    double TotalMs, double Rtf, long PeakRssBytes);

/// <summary>Times the stages on a runner alone: no tokenizer, no guards, a forced number of tokens.</summary>
public static class EngineBench
{
    private static readonly int[] FirstOutput = [0];

    private const int TextOfPrompt = 15; // positions of a prompt without context, next to the audio

    /// <summary>Loads, warms up on a short clip, then measures.</summary>
    /// <exception cref="ModelFaultException">The plan needs more positions than the model or its KV cache has.</exception>
    public static BenchResult Run(Func<ModelRunner> load, BenchPlan plan)
    {
        long start = Stopwatch.GetTimestamp();
        using var runner = load();
        var loadTime = Stopwatch.GetElapsedTime(start);

        CheckRoom(runner, plan);
        var warmUp = plan with { Samples = plan.Samples[..Math.Min(plan.Samples.Length, 32_000)], Tokens = Math.Min(plan.Tokens, 4) };
        Measure(runner, warmUp);
        var times = Measure(runner, plan);

        double audio = plan.Samples.Length / 16_000.0;
        int steps = Math.Max(1, plan.Tokens - 1); // the first token comes from the prefill
        return new BenchResult(
            runner.Name, runner.Device, runner.WeightType == DType.F32 ? "f32" : "bf16", plan.Batch, audio, times.PromptTokens, plan.Tokens,
            loadTime.TotalMilliseconds, times.Mel.TotalMilliseconds, times.Encoder.TotalMilliseconds, times.Prefill.TotalMilliseconds,
            times.Decode.TotalMilliseconds / steps, plan.Tokens > 1 ? steps * plan.Batch / times.Decode.TotalSeconds : 0,
            times.Total.TotalMilliseconds, times.Total.TotalSeconds / (audio * plan.Batch), PeakRss());
    }

    private static void CheckRoom(ModelRunner runner, BenchPlan plan)
    {
        int frames = new LogMelFrontEnd(LogMelOptions.Default).FrameCount(plan.Samples.Length);
        int positions = runner.Config.Audio.AudioTokens(frames) + TextOfPrompt + plan.Tokens - 1, limit = runner.Config.Text.MaxPositions;
        if (positions > limit) throw new ModelFaultException($"{runner.Name}: the clip needs {positions} positions; the model has {limit}.");
        if ((long)KvGeometry.BlocksFor(positions) * plan.Batch > runner.FreeKvBlocks)
        {
            throw new ModelFaultException(
                $"{runner.Name}: {plan.Batch} clips of {positions} positions need more than the KV cache holds, "
                + $"{(long)runner.FreeKvBlocks * KvCache.BlockPositions}.");
        }
    }

    private static StageRun Measure(ModelRunner runner, BenchPlan plan)
    {
        var clock = Stopwatch.StartNew();
        var frontEnd = new LogMelFrontEnd(LogMelOptions.Default);
        var windows = new List<EncoderWindow>();
        for (int i = 0; i < plan.Batch; i++) windows.AddRange(FeatureWindows.Cut(frontEnd.Compute(plan.Samples), runner.Config.Audio));
        var mel = clock.Elapsed;

        var encoded = runner.Encode([.. windows]);
        var encoder = clock.Elapsed - mel;

        int perClip = windows.Count / plan.Batch;
        var extensions = new Extension[plan.Batch];
        for (int i = 0; i < plan.Batch; i++) extensions[i] = Prompt(runner, encoded[(i * perClip)..((i + 1) * perClip)]);
        var predictions = new Prediction[plan.Batch];
        runner.Extend(extensions, predictions);
        var prefill = clock.Elapsed - mel - encoder;

        for (int step = 1; step < plan.Tokens; step++)
        {
            for (int i = 0; i < plan.Batch; i++)
                extensions[i] = new Extension(extensions[i].Sequence, new[] { predictions[i].Id }, FirstOutput);
            runner.Extend(extensions, predictions);
        }
        var decode = clock.Elapsed - mel - encoder - prefill;

        int promptTokens = runner.LengthOf(extensions[0].Sequence) - (plan.Tokens - 1);
        foreach (var extension in extensions) runner.CloseSequence(extension.Sequence);
        foreach (var window in encoded) window.Dispose();
        return new StageRun(mel, encoder, prefill, decode, promptTokens);
    }

    private static Extension Prompt(ModelRunner runner, AudioEmbeddings[] audio)
    {
        int audioTokens = audio.Sum(window => window.Count), half = TextOfPrompt / 2;
        var ids = new int[audioTokens + TextOfPrompt];
        Array.Fill(ids, runner.Config.AudioTokenId, half, audioTokens);
        return new Extension(runner.OpenSequence(), ids, new[] { ids.Length - 1 }, audio);
    }

    internal static long PeakRss()
    {
        if (File.Exists("/proc/self/status")) // the runtime's own figure is not a peak on Linux
        {
            string? line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            if (line is not null) return long.Parse(line[6..^2], System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }
        return Process.GetCurrentProcess().PeakWorkingSet64;
    }

    private sealed record StageRun(TimeSpan Mel, TimeSpan Encoder, TimeSpan Prefill, TimeSpan Decode, int PromptTokens)
    {
        public TimeSpan Total => Mel + Encoder + Prefill + Decode;
    }
}
