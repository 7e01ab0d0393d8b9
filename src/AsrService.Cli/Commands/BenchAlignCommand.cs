using System.CommandLine;
using System.Text.Json;
using AsrService.Engine;
using AsrService.Hosting;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;

namespace AsrService.Cli.Commands;

/// <summary><c>asr bench align</c>: time and memory of the aligner's pass on one clip, as one JSON object.</summary>
internal static class BenchAlignCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var random = CommandOptions.Choice("--random", "Random weights of an official geometry instead of a model.", null, "0.6b");
        var audio = CommandOptions.FreeText("--audio", "FILE", "Recording to measure with. Default: noise.");
        var seconds = CommandOptions.Number("--seconds", "S", "Length of the noise.", 0.1, 300, byDefault: 11);
        var units = CommandOptions.Integer("--units", "N", "Words of the text. Default: 3.5 per second.", 1, 4096);
        var batch = CommandOptions.Integer("--batch", "B", "Copies of the clip aligned together.", 1, 64, byDefault: 1);

        var engine = new EngineOptions();
        var command = new Command("align", "Time the aligner's pass on one clip.") { random, audio, seconds, units, batch };
        engine.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(random) is not null && engine.Model(parsed) is not null)
                throw new UsageException("asr bench align: expected --random or --model, found both.");
            var samples = BenchCommand.ReadClip(parsed.GetValue(audio), parsed.GetValue(seconds));
            int count = parsed.GetValue(units) ?? (int)Math.Ceiling(samples.Length / 16_000.0 * 3.5);
            var plan = new AlignBenchPlan(samples, count, parsed.GetValue(batch)!.Value);
            var options = new ModelOptions { Weights = engine.Weights(parsed), Kv = engine.Kv(parsed), MaxKvBytes = 16L << 30 };
            var result = AlignBench.Run(() => Load(parsed, engine, parsed.GetValue(random) is not null, options), plan);
            Console.WriteLine(JsonSerializer.Serialize(result, Json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static ModelRunner Load(ParseResult parsed, EngineOptions engine, bool isRandom, ModelOptions options)
    {
        var ops = CpuOps.Create(engine.Threads(parsed));
        if (isRandom) return new ModelRunner(ops, RandomWeights.Aligner, options);
        using var checkpoint = Checkpoint.Open(ModelLocator.Resolve("--model", engine.Model(parsed) ?? ModelFolders.DefaultAligner));
        return new ModelRunner(ops, checkpoint, options);
    }
}
