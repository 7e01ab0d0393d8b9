using System.CommandLine;
using AsrService.Audio;
using AsrService.Cli.Output;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;

namespace AsrService.Cli.Commands;

/// <summary><c>asr transcribe FILE…</c>: recordings to text, in process.</summary>
internal static class TranscribeCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings: WAV, or anything the ffmpeg program decodes; *.pcm and *.raw are 16 kHz mono s16le.",
            Arity = ArgumentArity.OneOrMore,
        };
        var language = new Option<string?>("--language") { Description = "Language to write in: an official name or a BCP-47 tag. Default: detected.", HelpName = "L" };
        var context = new Option<string>("--context") { Description = "Terms or text that bias recognition.", DefaultValueFactory = _ => "", HelpName = "TEXT" };
        var maxNewTokens = new Option<int?>("--max-new-tokens") { Description = "Most text tokens of a segment. Default: 64 and 10 per second of audio.", HelpName = "N" };
        var maxSegment = new Option<double>("--max-segment") { Description = "Seconds near which longer audio is split.", DefaultValueFactory = _ => 30, HelpName = "S" };
        var format = new Option<string>("--format") { Description = "text, or json: one object per file and line.", DefaultValueFactory = _ => "text", HelpName = "text|json" };
        var batch = new Option<int>("--batch") { Description = "Segments decoded together.", DefaultValueFactory = _ => 8, HelpName = "N" };
        format.AcceptOnlyFromAmong("text", "json");
        maxNewTokens.Validators.Add(r => EngineOptions.Require(r, maxNewTokens, v => v is null or (>= 1 and <= 65536), "1 to 65536"));
        maxSegment.Validators.Add(r => EngineOptions.Require(r, maxSegment, v => v is >= 1 and <= 1200, "1 to 1200 seconds"));
        batch.Validators.Add(r => EngineOptions.Require(r, batch, v => v is >= 1 and <= 128, "1 to 128"));
        context.Validators.Add(r => EngineOptions.Require(r, context, v => v.Length <= 40_000, "at most 40000 characters"));

        var engine = new EngineOptions();
        var command = new Command("transcribe", "Transcribe recordings.") { files, language, context, maxNewTokens, maxSegment, format, batch };
        engine.AddTo(command);
        command.SetAction(parsed => ExitCodes.Guard(() =>
        {
            var options = new RecordingOptions
            {
                Decoding = new DecodingConfig
                {
                    Language = EngineOptions.ResolveLanguage(parsed.GetValue(language)),
                    Context = parsed.GetValue(context)!,
                    MaxNewTokens = parsed.GetValue(maxNewTokens),
                },
                MaxSegment = TimeSpan.FromSeconds(parsed.GetValue(maxSegment)),
                BatchSize = parsed.GetValue(batch),
            };
            var loaded = engine.Load(parsed, options.MaxSegment, options.Decoding);
            using var recognizer = loaded.Recognizer;
            var paths = parsed.GetValue(files)!;
            var facts = new RunFacts(recognizer.Runner.Name, engine.Weights(parsed), loaded.LoadTime);
            var writer = new TranscriptWriter(Console.Out, Console.Error, parsed.GetValue(format) == "json", paths, facts);
            if (loaded.Notice is not null) Console.Error.WriteLine($"{recognizer.Runner.Name}: {loaded.Notice}");

            using var progress = new ProgressLine(Console.Error, paths);
            new RecordingTranscriber(recognizer, options).Run(
                [.. paths.Select(path => (Func<SpeechReader>)(() => Open(path)))],
                outcome => progress.Interleave(() => writer.Write(outcome)),
                progress.Report,
                cancellation);
            return writer.ExitCode;
        }));
        return command;
    }

    /// <summary>Opens a file; raw samples have no header to be known by, so there the name decides.</summary>
    internal static SpeechReader Open(string path) => Path.GetExtension(path).ToLowerInvariant() is ".pcm" or ".raw"
        ? new SpeechReader(AudioFile.OpenRaw(path, 16_000, channels: 1))
        : SpeechReader.Open(path);
}
