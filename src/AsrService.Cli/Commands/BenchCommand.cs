using System.CommandLine;
using System.Text.Json;
using AsrService.Audio;
using AsrService.Engine;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;

namespace AsrService.Cli.Commands;

/// <summary><c>asr bench engine</c>: time and memory of the stages on one clip, as one JSON object.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create() => new("bench", "Measure.") { Engine(), BenchLiveCommand.Create(), BenchAlignCommand.Create() };

    private static Command Engine()
    {
        var random = CommandOptions.Choice(
            "--random", "Random weights of an official geometry instead of a model.", null, "0.6b", "1.7b");
        var audio = CommandOptions.FreeText("--audio", "FILE", "Recording to measure with. Default: noise.");
        var seconds = CommandOptions.Number("--seconds", "S", "Length of the noise.", 0.1, 1200, byDefault: 11);
        var tokens = CommandOptions.Integer(
            "--force-tokens", "N", "Text tokens to decode. Default: 3.5 per second.", 1, 16384);
        var batch = CommandOptions.Integer(
            "--batch", "B", "Copies of the clip decoded together.", 1, 128, byDefault: 1);

        var engine = new EngineOptions();
        var command = new Command("engine", "Time the stages of the engine on one clip.")
        {
            random, audio, seconds, tokens, batch,
        };
        engine.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(random) is not null && engine.Model(parsed) is not null)
                throw new UsageException("asr bench engine: expected --random or --model, found both.");
            var samples = ReadClip(parsed.GetValue(audio), parsed.GetValue(seconds));
            int count = parsed.GetValue(tokens) ?? (int)Math.Ceiling(samples.Length / 16_000.0 * 3.5);
            var plan = new BenchPlan(samples, count, parsed.GetValue(batch)!.Value);
            var options = new ModelOptions
            {
                Weights = engine.Weights(parsed),
                Kv = engine.Kv(parsed),
                MaxKvBytes = 16L << 30,
            };
            var result = EngineBench.Run(() => Load(parsed, engine, parsed.GetValue(random), options), plan);
            Console.WriteLine(JsonSerializer.Serialize(result, Json));
            return ExitCodes.Done;
        });
        return command;
    }

    public static float[] ReadClip(string? path, double seconds)
    {
        if (path is null) return Noise((int)(seconds * 16_000));
        using var reader = Transcription.OfflineTranscription.Open(path);
        var samples = reader.ReadToEnd();
        return samples.Length > 0
            ? samples
            : throw new AudioFormatException($"{path}: expected a recording to measure with, found no samples.");
    }

    /// <summary>White noise at −20 dBFS: what a random model is fed does not matter, only that it is not silence.</summary>
    private static float[] Noise(int count)
    {
        var random = new Random(1);
        var samples = new float[count];
        for (int i = 0; i < count; i++) samples[i] = (float)(0.2 * (random.NextDouble() - 0.5));
        return samples;
    }

    private static ModelRunner Load(ParseResult parsed, EngineOptions engine, string? random, ModelOptions options)
    {
        var ops = CpuOps.Create(engine.Threads(parsed));
        if (random is not null)
            return new ModelRunner(ops, random == "0.6b" ? RandomWeights.Small : RandomWeights.Large, options);
        using var checkpoint = Checkpoint.Open(ModelLocator.Resolve("--model", engine.Model(parsed)));
        return new ModelRunner(ops, checkpoint, options);
    }
}
