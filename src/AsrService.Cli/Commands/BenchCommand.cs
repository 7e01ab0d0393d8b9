using System.CommandLine;
using System.Text.Json;
using AsrService.Engine;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;

namespace AsrService.Cli.Commands;

/// <summary><c>asr bench engine</c>: time and memory of the stages on one clip, as one JSON object.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create() => new("bench", "Measure.") { Engine() };

    private static Command Engine()
    {
        var random = new Option<string?>("--random") { Description = "Random weights of an official geometry instead of a model.", HelpName = "0.6b|1.7b" };
        var audio = new Option<string?>("--audio") { Description = "Recording to measure with. Default: noise.", HelpName = "FILE" };
        var seconds = new Option<double>("--seconds") { Description = "Length of the clip.", DefaultValueFactory = _ => 11, HelpName = "S" };
        var tokens = new Option<int>("--force-tokens") { Description = "Text tokens to decode. Default: 3.5 per second.", HelpName = "N" };
        var batch = new Option<int>("--batch") { Description = "Copies of the clip decoded together.", DefaultValueFactory = _ => 1, HelpName = "B" };
        random.AcceptOnlyFromAmong("0.6b", "1.7b");
        seconds.Validators.Add(r => EngineOptions.Require(r, seconds, v => v is >= 0.1 and <= 1200, "0.1 to 1200 seconds"));
        tokens.Validators.Add(r => EngineOptions.Require(r, tokens, v => v is >= 1 and <= 16384, "1 to 16384"));
        batch.Validators.Add(r => EngineOptions.Require(r, batch, v => v is >= 1 and <= 128, "1 to 128"));

        var engine = new EngineOptions();
        var command = new Command("engine", "Time the stages of the engine on one clip.") { random, audio, seconds, tokens, batch };
        engine.AddTo(command);
        command.SetAction(parsed => ExitCodes.Guard(() =>
        {
            var samples = ReadClip(parsed.GetValue(audio), parsed.GetValue(seconds));
            int count = parsed.GetValue(tokens) is > 0 and var asked ? asked : (int)Math.Ceiling(samples.Length / 16_000.0 * 3.5);
            var plan = new BenchPlan(samples, count, parsed.GetValue(batch));
            var options = new ModelOptions { Weights = engine.Weights(parsed), Kv = engine.Kv(parsed), MaxKvBytes = 16L << 30 };
            var result = EngineBench.Run(() => Load(parsed, engine, parsed.GetValue(random), options), plan);
            Console.WriteLine(JsonSerializer.Serialize(result, Json));
            return ExitCodes.Done;
        }));
        return command;
    }

    private static float[] ReadClip(string? path, double seconds)
    {
        if (path is null) return Noise((int)(seconds * 16_000));
        using var reader = TranscribeCommand.Open(path);
        return reader.ReadToEnd();
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
        if (random is not null) return new ModelRunner(ops, random == "0.6b" ? RandomWeights.Small : RandomWeights.Large, options);
        using var checkpoint = Checkpoint.Open(ModelLocator.Resolve(engine.Model(parsed)));
        return new ModelRunner(ops, checkpoint, options);
    }
}
