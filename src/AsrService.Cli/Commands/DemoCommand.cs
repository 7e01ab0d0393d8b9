using System.CommandLine;
using System.Globalization;
using AsrService.Audio;
using AsrService.Engine;
using AsrService.Engine.Recordings;
using AsrService.Models;
using Spectre.Console;

namespace AsrService.Cli.Commands;

/// <summary><c>asr demo</c>: the bundled recordings through the bundled model, with nothing to set up.</summary>
internal static class DemoCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var command = new Command("demo", "Transcribe the bundled recordings with the bundled demonstration model.");
        command.SetAction(_ => Run(cancellation));
        return command;
    }

    private static int Run(CancellationToken cancellation)
    {
        string samples = ModelLocator.FindProductFolder("samples")
            ?? throw new UsageException(
                "demo: expected the folders models/demo-asr and samples above the program, found none.");
        var paths = Directory.GetFiles(samples, "*.wav").Order(StringComparer.Ordinal).ToArray();
        var loaded = RecognizerLoader.Load(ModelLocator.Resolve("--model", null), new ModelOptions(), threads: 0);
        using var recognizer = loaded.Recognizer;

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        console.Profile.Width = 100_000; // a terminal wraps text better than a formatter that breaks words of Chinese
        var transcripts = new List<RecordingTranscript>();
        int code = ExitCodes.Done;
        // One by one, so that every line has a real-time factor of its own.
        new RecordingTranscriber(recognizer, new RecordingOptions { BatchSize = 1 }).Run(
            [.. paths.Select(path => (Func<SpeechReader>)(() => SpeechReader.Open(path)))],
            outcome =>
            {
                if (outcome.Transcript is { } transcript)
                {
                    Show(console, Path.GetFileName(paths[outcome.Source]), transcript);
                    transcripts.Add(transcript);
                    return;
                }
                Console.Error.WriteLine(outcome.Fault!.Message);
                code = ExitCodes.BadInput;
            },
            progressed: null,
            cancellation);
        ShowSummary(console, loaded, transcripts);
        return code;
    }

    private static void Show(IAnsiConsole console, string name, RecordingTranscript transcript)
    {
        string language = transcript.Language.Length > 0 ? transcript.Language : "no speech";
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"[bold]{name}[/]  {transcript.Duration.TotalSeconds:F1} s  {language}  real-time factor {transcript.RealTimeFactor:F4}");
        string text = transcript.Text.Length > 0 ? transcript.Text : "(nothing was said, and nothing is invented)";
        console.WriteLine($"  {text}");
        console.WriteLine();
    }

    private static void ShowSummary(IAnsiConsole console, LoadedRecognizer loaded, List<RecordingTranscript> transcripts)
    {
        double audio = transcripts.Sum(t => t.Duration.TotalSeconds);
        double work = transcripts.Sum(t => t.Times.Total.TotalSeconds);
        double load = loaded.LoadTime.TotalMilliseconds;
        double factor = audio > 0 ? work / audio : 0;
        var runner = (ModelRunner)loaded.Recognizer.Runner;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{audio:F0} s of audio in {work:F2} s: real-time factor {factor:F4} ({runner.Device}; loaded in {load:F0} ms)"));
        console.WriteLine($"Model: {runner.Name}");
        if (loaded.Notice is not null) console.WriteLine(loaded.Notice);
    }
}
