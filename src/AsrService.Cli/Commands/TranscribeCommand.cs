using System.CommandLine;
using AsrService.Audio;
using AsrService.Cli.Output;
using AsrService.Cli.Service;
using AsrService.Cli.Transcription;
using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;
using AsrService.Models;

namespace AsrService.Cli.Commands;

/// <summary><c>asr transcribe FILE…</c>: recordings to text, in process or by a service.</summary>
internal sealed class TranscribeCommand
{
    private const int MaxContext = 40_000; // characters: more than any model has positions for
    private const double ShortestCut = 10, LongestCut = 30; // seconds of a live segment

    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Recordings: WAV; MP3, M4A, FLAC, Ogg and others through the ffmpeg program; *.pcm and *.raw are 16 kHz mono s16le.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _server = ServerAddress.Option("Let the service at this address do it, instead of this process.");

    private readonly Option<string?> _language = CommandOptions.FreeText(
        "--language", "L", "Language to write in: an official name or a BCP-47 tag. Default: detected.");

    private readonly Option<string?> _context = CommandOptions.FreeText(
        "--context", "TEXT", "Terms or text that bias recognition. Default: none.", MaxContext);

    private readonly Option<int?> _maxNewTokens = CommandOptions.Integer(
        "--max-new-tokens", "N", "Most text tokens of a segment. Default: 64 and 10 per second of audio.", 1, 65536);

    private readonly Option<string?> _segmentation = CommandOptions.Choice(
        "--segmentation", "offline: cut at quiet places; live: exactly as streaming it would, channels apart.",
        "offline", "offline", "live");

    private readonly Option<double> _maxSegment = CommandOptions.Number(
        "--max-segment", "S", "Seconds near which longer audio is split.", 1, 1200, byDefault: 30);

    private readonly Option<string?> _format = CommandOptions.Choice(
        "--format", "text; json: one object per file and line; srt, vtt: subtitles.", "text", "text", "json", "srt", "vtt");

    private readonly Option<int?> _batch = CommandOptions.Integer("--batch", "N", "Segments decoded together.", 1, 128, byDefault: 8);
    private readonly AccessOptions _access = new();
    private readonly TimestampOptions _timestamps = new();
    private readonly EndpointOptions _endpointing = new();
    private readonly EngineOptions _engine = new();

    public static Command Create(CancellationToken cancellation)
    {
        var self = new TranscribeCommand();
        var command = new Command("transcribe", "Transcribe recordings.")
        {
            self._files, self._server, self._language, self._context, self._maxNewTokens, self._segmentation,
            self._maxSegment, self._format, self._batch,
        };
        self._access.AddTo(command);
        self._timestamps.AddTo(command);
        self._endpointing.AddTo(command);
        self._engine.AddTo(command);
        command.SetAction((parsed, _) => self.RunAsync(parsed, cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var job = JobOf(parsed);
        string form = parsed.GetValue(_format)!;
        if (_timestamps.IsAsked(parsed, form, job.Paths.Count)) job = job with { TimedFormat = form };
        var writer = new TranscriptWriter(Console.Out, Console.Error, form == "json", job.Paths);
        if (parsed.GetValue(_server) is { } address)
        {
            parsed.Refuse("with --server", [_maxNewTokens, _batch, _timestamps.Aligner, .. _engine.OfThisProcess]);
            using var caller = _access.Of(parsed);
            using var service = ServerAddress.Connect(address, caller);
            var transcription = new ServiceTranscription(service.Transcriber, address);
            await transcription.RunAsync(job, _engine.Model(parsed), writer, cancellation);
            return writer.ExitCode;
        }

        parsed.Refuse("without --server", _access.All);
        if (job.IsLive) parsed.Refuse("with --segmentation live", _maxNewTokens, _batch);
        var decoding = new DecodingConfig
        {
            Language = job.Language,
            Context = job.Context,
            MaxNewTokens = parsed.GetValue(_maxNewTokens),
        };
        var loaded = _engine.Load(parsed, job.MaxSegment, decoding);
        var facts = new RunFacts(loaded.Recognizer.Runner.Name, loaded.Notice, _engine.Weights(parsed), loaded.LoadTime);
        if (job.IsLive)
        {
            await using var engine = new TranscriptionEngine(loaded.Recognizer); // which owns it from here on
            var aligner = job.TimedFormat is null ? null : LoadAligner(parsed);
            using (aligner?.Aligner) await new LiveTranscription(engine, aligner, job, facts, writer).RunAsync(cancellation);
        }
        else
        {
            using var recognizer = loaded.Recognizer;
            var options = new RecordingOptions
            {
                Decoding = decoding,
                MaxSegment = job.MaxSegment,
                BatchSize = parsed.GetValue(_batch)!.Value,
            };
            if (job.TimedFormat is not null) return RunTimed(parsed, recognizer, options, job, facts, form, cancellation);
            OfflineTranscription.Run(recognizer, options, job, facts, writer, cancellation);
        }

        return writer.ExitCode;
    }

    private int RunTimed(
        ParseResult parsed, Recognizer recognizer, RecordingOptions options, TranscriptionJob job, RunFacts facts, string form,
        CancellationToken cancellation)
    {
        var loaded = LoadAligner(parsed);
        using var aligner = loaded.Aligner;
        var run = new TimestampedRun(recognizer, loaded, options, job.Paths, facts);
        using var progress = new ProgressLine(Console.Error, job.Paths);
        progress.Begin();
        run.Run([.. job.Paths.Select(path => (Func<SpeechReader>)(() => OfflineTranscription.Open(path)))], form, progress, cancellation);
        return run.ExitCode;
    }

    private LoadedAligner LoadAligner(ParseResult parsed)
    {
        var options = new ModelOptions { Weights = _engine.Weights(parsed), Kv = _engine.Kv(parsed) };
        return AlignerLoader.Load(_timestamps.AlignerFolder(parsed), options, _engine.Threads(parsed));
    }

    private TranscriptionJob JobOf(ParseResult parsed)
    {
        bool isLive = parsed.GetValue(_segmentation) == "live";
        double maxSegment = parsed.GetValue(_maxSegment);
        if (!isLive) parsed.Refuse("without --segmentation live", _endpointing.All);
        if (isLive && maxSegment is < ShortestCut or > LongestCut)
            throw new UsageException($"--max-segment: expected {ShortestCut}..{LongestCut} with --segmentation live, found {maxSegment}.");
        return new TranscriptionJob
        {
            Paths = parsed.GetValue(_files)!,
            Language = EngineOptions.ResolveLanguage(parsed.GetValue(_language)),
            Context = parsed.GetValue(_context) ?? "",
            IsLive = isLive,
            MaxSegment = TimeSpan.FromSeconds(maxSegment),
            HasMaxSegment = parsed.IsGiven(_maxSegment),
            Endpointing = _endpointing.Of(parsed),
        };
    }
}
