using AsrService.Audio;
using AsrService.Cli.Live;
using AsrService.Cli.Output;
using AsrService.Engine;
using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;

namespace AsrService.Cli.Transcription;

/// <summary>Files in this process, mixed to one channel and cut at quiet places.</summary>
internal static class OfflineTranscription
{
    public static void Run(
        Recognizer recognizer, RecordingOptions options, TranscriptionJob job, RunFacts facts, TranscriptWriter writer,
        CancellationToken cancellation)
    {
        using var progress = new ProgressLine(Console.Error, job.Paths);
        progress.Begin();
        new RecordingTranscriber(recognizer, options).Run(
            [.. job.Paths.Select(path => (Func<SpeechReader>)(() => Open(path)))],
            outcome => progress.Interleave(outcome.Source, () => Write(outcome, job.Paths[outcome.Source], facts, writer)),
            progress.Report,
            cancellation);
    }

    /// <summary>Opens a file; raw samples have no header to be known by, so there the name decides.</summary>
    internal static SpeechReader Open(string path)
    {
        if (path.Length == 0)
            throw new AudioFormatException("FILE: expected the name of a recording, found an empty one.");
        return AudioInput.IsRawName(path)
            ? new SpeechReader(AudioFile.OpenRaw(path, RawFormat.Default.Rate, RawFormat.Default.Channels))
            : SpeechReader.Open(path);
    }

    private static void Write(RecordingOutcome outcome, string path, RunFacts facts, TranscriptWriter writer)
    {
        switch (outcome.Fault)
        {
            case null:
                writer.Write(TranscriptJson.From(path, outcome.Transcript!, facts), facts.Notice);
                break;
            case ModelFaultException fault:
                writer.Fail(ExitCodes.ModelFault, $"{path}: {fault.Message}.");
                break;
            case var fault:
                writer.Fail(ExitCodes.BadInput, fault.Message);
                break;
        }
    }
}
