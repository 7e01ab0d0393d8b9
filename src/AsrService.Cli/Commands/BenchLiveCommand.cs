using System.CommandLine;
using System.Text.Json;
using AsrService.Engine;
using AsrService.Engine.Decoding;
using AsrService.Hosting;

namespace AsrService.Cli.Commands;

/// <summary><c>asr bench live</c>: what each minute of a long stream costs, as one JSON object.</summary>
internal static class BenchLiveCommand
{
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var audio = CommandOptions.FreeText(
            "--audio", "FILE", "Recording to stream over and over. Default: samples/interview-en.wav.");
        var minutes = CommandOptions.Integer("--minutes", "M", "Audio to stream.", 2, 240, byDefault: 30);
        var interval = CommandOptions.Integer(
            "--interval", "MS", "From one refresh point to the next.", 250, 2000, byDefault: 500);

        var engine = new EngineOptions();
        var command = new Command("live", "Time a long live stream minute by minute.") { audio, minutes, interval };
        engine.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetValue(audio) ?? Path.Combine(ModelFolders.FindProductFolder("samples") ?? "samples", "interview-en.wav");
            var samples = BenchCommand.ReadClip(file, 0);
            var plan = new LiveBenchPlan(
                samples, parsed.GetValue(minutes)!.Value, TimeSpan.FromMilliseconds(parsed.GetValue(interval)!.Value));
            var loaded = engine.Load(parsed, TimeSpan.FromMinutes(2), DecodingConfig.Default);
            var result = await LiveBench.RunAsync(loaded.Recognizer, plan, cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(result, Json));
            return ExitCodes.Done;
        });
        return command;
    }
}
