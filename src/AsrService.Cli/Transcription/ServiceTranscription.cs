using AsrService.Audio;
using AsrService.Cli.Live;
using AsrService.Cli.Output;
using AsrService.Cli.Service;
using AsrService.Contracts.V1;
using AsrService.Engine.Recordings;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using EndpointingOptions = AsrService.Contracts.V1.EndpointingOptions;
using FileOptions = AsrService.Contracts.V1.FileOptions;

namespace AsrService.Cli.Transcription;

/// <summary>Files by a service, one after another.</summary>
/// <param name="service">Stub of a connected channel.</param>
/// <param name="address">What messages call it.</param>
internal sealed class ServiceTranscription(Transcriber.TranscriberClient service, string address)
{
    /// <summary>Uploads each file and writes its transcript; a file that is refused as such leaves the others alone.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="model">Name of a model of the service; null for its first.</param>
    /// <param name="writer">Where the transcripts go.</param>
    /// <param name="cancellation">Ends the call under way.</param>
    /// <exception cref="ServiceException">The service cannot be reached, refuses the options, or failed.</exception>
    public async Task RunAsync(TranscriptionJob job, string? model, TranscriptWriter writer, CancellationToken cancellation)
    {
        using var progress = new ProgressLine(Console.Error, job.Paths);
        progress.Begin();
        for (int source = 0; source < job.Paths.Count; source++)
        {
            string path = job.Paths[source];
            FileAnswer? answer = null;
            Exception? fault = null;
            try
            {
                answer = await UploadAsync(job, source, model, progress.Report, cancellation);
            }
            catch (AudioFormatException unreadable)
            {
                fault = unreadable;
            }
            catch (RpcException failure)
            {
                cancellation.ThrowIfCancellationRequested();
                var explained = ServiceFaults.Explain(path, address, failure);
                fault = explained.ExitCode == ExitCodes.BadInput ? explained : throw explained;
            }

            progress.Interleave(source, () => Write(job, path, answer, fault, writer));
        }
    }

    private static void Write(TranscriptionJob job, string path, FileAnswer? answer, Exception? fault, TranscriptWriter writer)
    {
        if (answer is null)
        {
            writer.Fail(ExitCodes.BadInput, fault!.Message);
            return;
        }

        var segments = answer.Segments.ConvertAll(SegmentJson.From);
        foreach (string warning in answer.Warnings) Console.Error.WriteLine(OneLine.Of($"Warning: {path}: {warning}"));
        var transcript = new TranscriptJson(
            path, JsonLine.Seconds(answer.Duration), TranscriptionJob.Join(segments), job.LabelOf(segments), segments,
            null, null, null, answer.Model.Name, null,
            segments.Exists(segment => segment.Remarks.Contains(SegmentJson.Truncated)));
        if (job.TimedFormat is not { } format)
        {
            writer.Write(transcript, answer.Model.Notice);
            return;
        }

        var timed = answer.Segments.ConvertAll(segment => TimedAnswer.From(segment, path));
        writer.Write(transcript, answer.Model.Notice, TimestampedOutput.Of(format, job, transcript, timed));
    }

    private async Task<FileAnswer> UploadAsync(
        TranscriptionJob job, int source, string? model, Action<RecordingProgress> report, CancellationToken cancellation)
    {
        string path = job.Paths[source];
        await using var file = AudioInput.OpenBytes(path);
        return await FileUpload.RunAsync(
            service, file, ConfigOf(job, path, model),
            progress => report(new RecordingProgress(
                source, progress.ProcessedAudio?.ToTimeSpan() ?? default, TotalOf(progress))),
            cancellation);
    }

    private static TimeSpan? TotalOf(FileProgress progress) =>
        progress is { HasFraction: true, Fraction: > 0, ProcessedAudio: { } processed }
            ? processed.ToTimeSpan() / progress.Fraction
            : null;

    private static TranscribeFileConfig ConfigOf(TranscriptionJob job, string path, string? model)
    {
        var file = new FileOptions { Segmentation = job.IsLive ? Segmentation.Live : Segmentation.Offline };
        var length = job.HasMaxSegment ? Duration.FromTimeSpan(job.MaxSegment) : null;
        if (job.IsLive) file.Endpointing = EndpointingOf(job, length);
        else file.MaxSegment = length;
        return new TranscribeFileConfig
        {
            Recognition = Commands.RecognitionWishes.Of(
                model, job.Language is { } language ? [language.Code] : [], [], job.Context,
                job.TimedFormat is null ? WordTimes.Estimated : WordTimes.AlignedPreferred),
            AudioFormat = AudioInput.IsRawName(path)
                ? new AudioFormat { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = (uint)RawFormat.Default.Rate }
                : null,
            File = file,
        };
    }

    private static EndpointingOptions EndpointingOf(TranscriptionJob job, Duration? maxSegment)
    {
        var endpointing = job.Endpointing?.Clone() ?? new EndpointingOptions();
        endpointing.MaxSegment = maxSegment;
        return endpointing;
    }
}
