using System.CommandLine;
using AsrService.Audio;
using AsrService.Cli.Output;
using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;
using AsrService.Models;

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
            "--format", "text; json: one object per file and line; srt, vtt: subtitles.", "text", "text", "json", "srt", "vtt");
        var batch = CommandOptions.Integer("--batch", "N", "Segments decoded together.", 1, 128, byDefault: 8);

        var engine = new EngineOptions();
        var command = new Command("transcribe", "Transcribe recordings.")
        {
            files, language, context, maxNewTokens, maxSegment, format, batch,
        };
        var timestamps = new TimestampOptions();
        timestamps.AddTo(command);
        engine.AddTo(command);
        command.SetAction(parsed =>
        {
            string form = parsed.GetValue(format)!;
            string? aligner = timestamps.AlignerFolder(parsed, form, parsed.GetValue(files)!.Length);
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
            if (aligner is null) return Run(recognizer, options, parsed.GetValue(files)!, facts, form == "json", cancellation);
            var alignerOptions = new ModelOptions { Weights = engine.Weights(parsed), Kv = engine.Kv(parsed) };
            var loadedAligner = AlignerLoader.Load(aligner, alignerOptions, engine.Threads(parsed));
            using var model = loadedAligner.Aligner;
            return RunTimed(new TimestampedRun(recognizer, loadedAligner, options, parsed.GetValue(files)!, facts), form, parsed.GetValue(files)!, cancellation);
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

    private static int RunTimed(TimestampedRun run, string format, string[] paths, CancellationToken cancellation)
    {
        using var progress = new ProgressLine(Console.Error, paths);
        progress.Begin();
        run.Run([.. paths.Select(path => (Func<SpeechReader>)(() => Open(path)))], format, progress, cancellation);
        return run.ExitCode;
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
