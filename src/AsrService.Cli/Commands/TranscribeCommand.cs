using System.CommandLine;
using AsrService.Audio;
using AsrService.Cli.Output;
using AsrService.Engine;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;

namespace AsrService.Cli.Commands;

/// <summary><c>asr transcribe FILE…</c>: recordings to text, in process.</summary>
internal static class TranscribeCommand
{
    private const int MaxContext = 40_000; // characters: more than any model has positions for

    public static Command Create(CancellationToken cancellation)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings: WAV; MP3, M4A, FLAC, Ogg and others through the ffmpeg program; *.pcm and *.raw are 16 kHz mono s16le.",
            Arity = ArgumentArity.OneOrMore,
        };
        var language = CommandOptions.FreeText(
            "--language", "L", "Language to write in: an official name or a BCP-47 tag. Default: detected.");
        var context = CommandOptions.FreeText(
            "--context", "TEXT", "Terms or text that bias recognition. Default: none.", MaxContext);
        var maxNewTokens = CommandOptions.Integer(
            "--max-new-tokens", "N", "Most text tokens of a segment. Default: 64 and 10 per second of audio.", 1, 65536);
        var maxSegment = CommandOptions.Number(
            "--max-segment", "S", "Seconds near which longer audio is split.", 1, 1200, byDefault: 30);
        var format = CommandOptions.Choice(
            "--format", "text, or json: one object per file and line.", "text", "text", "json");
        var batch = CommandOptions.Integer("--batch", "N", "Segments decoded together.", 1, 128, byDefault: 8);

        var engine = new EngineOptions();
        var command = new Command("transcribe", "Transcribe recordings.")
        {
            files, language, context, maxNewTokens, maxSegment, format, batch,
        };
        engine.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = new RecordingOptions
            {
                Decoding = new DecodingConfig
                {
                    Language = EngineOptions.ResolveLanguage(parsed.GetValue(language)),
                    Context = parsed.GetValue(context) ?? "",
                    MaxNewTokens = parsed.GetValue(maxNewTokens),
                },
                MaxSegment = TimeSpan.FromSeconds(parsed.GetValue(maxSegment)),
                BatchSize = parsed.GetValue(batch)!.Value,
            };
            var loaded = engine.Load(parsed, options.MaxSegment, options.Decoding);
            using var recognizer = loaded.Recognizer;
            var facts = new RunFacts(recognizer.Runner.Name, loaded.Notice, engine.Weights(parsed), loaded.LoadTime);
            bool isJson = parsed.GetValue(format) == "json";
            return Run(recognizer, options, parsed.GetValue(files)!, facts, isJson, cancellation);
        });
        return command;
    }

    private static int Run(
        Recognizer recognizer, RecordingOptions options, string[] paths, RunFacts facts, bool isJson,
        CancellationToken cancellation)
    {
        var writer = new TranscriptWriter(Console.Out, Console.Error, isJson, paths, facts);
        using var progress = new ProgressLine(Console.Error, paths);
        progress.Begin();
        new RecordingTranscriber(recognizer, options).Run(
            [.. paths.Select(path => (Func<SpeechReader>)(() => Open(path)))],
            outcome => progress.Interleave(outcome.Source, () => writer.Write(outcome)),
            progress.Report,
            cancellation);
        return writer.ExitCode;
    }

    /// <summary>Opens a file; raw samples have no header to be known by, so there the name decides.</summary>
    internal static SpeechReader Open(string path)
    {
        if (path.Length == 0)
            throw new AudioFormatException("FILE: expected the name of a recording, found an empty one.");
        return Path.GetExtension(path).ToLowerInvariant() is ".pcm" or ".raw"
            ? new SpeechReader(AudioFile.OpenRaw(path, 16_000, channels: 1))
            : SpeechReader.Open(path);
    }
}
