using System.Diagnostics;
using AsrService.Audio;
using AsrService.Cli.Live;
using AsrService.Cli.Output;
using AsrService.Engine;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;
using AsrService.Engine.Sessions;

namespace AsrService.Cli.Transcription;

/// <summary>Files in this process, cut exactly as a live session would: the segments are the finals of streaming them.</summary>
internal static class LiveTranscription
{
    public static async Task RunAsync(
        TranscriptionEngine engine, TranscriptionJob job, RunFacts facts, TranscriptWriter writer,
        CancellationToken cancellation)
    {
        var options = OptionsOf(job);
        using var progress = new ProgressLine(Console.Error, job.Paths);
        progress.Begin();
        for (int source = 0; source < job.Paths.Count; source++)
        {
            var (transcript, fault) = await TryTranscribeAsync(source);
            progress.Interleave(source, () =>
            {
                if (transcript is not null) writer.Write(transcript, facts.Notice);
                else writer.Fail(fault!.Failure == AsrFailure.InvalidAudio ? ExitCodes.BadInput : ExitCodes.ModelFault, fault.Message);
            });
        }

        async Task<(TranscriptJson? Transcript, AsrException? Fault)> TryTranscribeAsync(int source)
        {
            try
            {
                return (await TranscribeAsync(engine, job, options, facts, source, progress.Report, cancellation), null);
            }
            catch (AsrException fault)
            {
                return (null, fault);
            }
            catch (AudioFormatException fault)
            {
                return (null, new AsrException(AsrFailure.InvalidAudio, fault.Message, fault));
            }
        }
    }

    private static async Task<TranscriptJson> TranscribeAsync(
        TranscriptionEngine engine, TranscriptionJob job, FileTranscriptionOptions options, RunFacts facts, int source,
        Action<RecordingProgress> report, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        var duration = TimeSpan.Zero;
        var times = default(StageTimes);
        var segments = new List<SegmentJson>();
        var found = engine.TranscribeAsync(() => AudioInput.OpenFile(job.Paths[source], null), options, Progressed, cancellation);
        await foreach (var segment in found)
        {
            segments.Add(SegmentJson.From(segment));
            times += segment.Result.Times;
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

    private static FileTranscriptionOptions OptionsOf(TranscriptionJob job)
    {
        var defaults = new EndpointingOptions();
        return new FileTranscriptionOptions
        {
            IsLive = true,
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
