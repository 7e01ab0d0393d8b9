using System.Diagnostics;
using AsrService.Audio;
using AsrService.Cli.Live;
using AsrService.Cli.Output;
using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;
using AsrService.Engine.Sessions;
using AsrService.Engine.StructuredTranscripts;

namespace AsrService.Cli.Transcription;

/// <summary>Files in this process, cut exactly as a live session would: the segments are the finals of streaming them.</summary>
/// <param name="engine">Recognizes them.</param>
/// <param name="aligner">Null where no aligned times were asked for.</param>
/// <param name="job">What to do.</param>
/// <param name="facts">Of the run.</param>
/// <param name="writer">Where the transcripts go.</param>
internal sealed class LiveTranscription(
    TranscriptionEngine engine, LoadedAligner? aligner, TranscriptionJob job, RunFacts facts, TranscriptWriter writer)
{
    private readonly FileTranscriptionOptions _options = OptionsOf(job);
    private bool _isNoticeGiven;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var progress = new ProgressLine(Console.Error, job.Paths);
        progress.Begin();
        for (int source = 0; source < job.Paths.Count; source++)
        {
            var (transcript, segments, fault) = await TryTranscribeAsync(source, progress.Report, cancellation);
            progress.Interleave(source, () =>
            {
                if (transcript is not null) Write(transcript, segments);
                else writer.Fail(fault!.Failure == AsrFailure.InvalidAudio ? ExitCodes.BadInput : ExitCodes.ModelFault, fault.Message);
            });
        }
    }

    private void Write(TranscriptJson transcript, IReadOnlyList<TimedSegment> segments)
    {
        if (aligner is null || job.TimedFormat is not { } format)
        {
            writer.Write(transcript, facts.Notice);
            return;
        }

        writer.Write(transcript, facts.Notice, TimestampedOutput.Of(format, job, transcript, segments));
        if (!_isNoticeGiven && aligner.Notice is { } notice) Console.Error.WriteLine(OneLine.Of($"{aligner.Aligner.Runner.Name}: {notice}"));
        _isNoticeGiven = true;
        if (segments.Any(segment => segment is { IsAligned: false, Words.Count: > 0 }))
            Console.Error.WriteLine($"Warning: {OneLine.Of(transcript.File)}: some segments could not be aligned; their times are estimated.");
    }

    private async Task<(TranscriptJson? Transcript, List<TimedSegment> Segments, AsrException? Fault)> TryTranscribeAsync(
        int source, Action<RecordingProgress> report, CancellationToken cancellation)
    {
        var timed = new List<TimedSegment>();
        try
        {
            return (await TranscribeAsync(source, timed, report, cancellation), timed, null);
        }
        catch (AsrException fault)
        {
            return (null, timed, fault);
        }
        catch (AudioFormatException fault)
        {
            return (null, timed, new AsrException(AsrFailure.InvalidAudio, fault.Message, fault));
        }
    }

    private async Task<TranscriptJson> TranscribeAsync(
        int source, List<TimedSegment> timed, Action<RecordingProgress> report, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        var duration = TimeSpan.Zero;
        var times = default(StageTimes);
        var segments = new List<SegmentJson>();
        var found = engine.TranscribeAsync(() => AudioInput.OpenFile(job.Paths[source], null), _options, Progressed, cancellation);
        await foreach (var segment in found)
        {
            segments.Add(SegmentJson.From(segment));
            times += segment.Result.Times;
            if (aligner is not null) timed.Add(Align(aligner.Aligner, segment));
        }

        return new TranscriptJson(
            job.Paths[source], JsonLine.Seconds(duration), TranscriptionJob.Join(segments), job.LabelOf(segments), segments,
            [.. segments.SelectMany(segment => segment.TokenIds!)],
            TimingsJson.From(times, Stopwatch.GetElapsedTime(started), facts),
            duration > TimeSpan.Zero ? Math.Round(times.Total / duration, 5) : 0, facts.Model, facts.WeightsName,
            segments.Exists(segment => segment.Remarks.Contains(SegmentJson.Truncated)));

        void Progressed(FileTranscriptionProgress progress)
        {
            duration = progress.Read;
            report(new RecordingProgress(source, progress.Processed, progress.Total));
        }
    }

    private static TimedSegment Align(ForcedAligner aligner, FileSegment segment)
    {
        var (text, words) = (segment.Result.Text, segment.Words);
        var alignment = new ClipAlignment(segment.Start, segment.Samples, text, segment.Language, words, aligner.MaxClip);
        var clip = alignment.Finish(aligner.Align(alignment.Requests));
        if (clip.Fault is ModelFaultException fault) throw fault;
        return new TimedSegment(
            segment.Channel, segment.Start, segment.End, text, segment.Language, segment.Confidence, clip.IsAligned, clip.Words);
    }

    private static FileTranscriptionOptions OptionsOf(TranscriptionJob job)
    {
        var defaults = new EndpointingOptions();
        return new FileTranscriptionOptions
        {
            IsLive = true,
            Samples = job.TimedFormat is not null,
            Context = job.Context,
            Language = job.Language is { } language
                ? new LanguageOptions(LanguageMode.Force, [language])
                : LanguageOptions.Default,
            Endpointing = new EndpointingOptions
            {
                MaxSegment = job.MaxSegment,
                MinSilence = job.Endpointing?.MinSilence?.ToTimeSpan() ?? defaults.MinSilence,
                SpeechPad = job.Endpointing?.SpeechPad?.ToTimeSpan() ?? defaults.SpeechPad,
            },
        };
    }
}
