using AsrService.Cli.Service;
using AsrService.Contracts.V1;
using AsrService.Engine.StructuredTranscripts;
using AsrService.Engine.Transcripts;

namespace AsrService.Cli.Transcription;

/// <summary>Segments of a service, to be described as those of this process.</summary>
internal static class TimedAnswer
{
    /// <param name="segment">As it came.</param>
    /// <param name="path">Of the recording.</param>
    /// <exception cref="ServiceException">Its words are not those of its text.</exception>
    public static TimedSegment From(Segment segment, string path)
    {
        LanguageCatalog.TryResolve(segment.Language?.Tag ?? "", out var language);
        var timed = new TimedSegment(
            (int)segment.Channel, segment.Start?.ToTimeSpan() ?? default, segment.End?.ToTimeSpan() ?? default, segment.Text,
            language, segment.HasConfidence ? segment.Confidence : null,
            segment.Words.All(word => word.Timing == WordTiming.Aligned), [.. segment.Words.Select(From)]);
        if (timed.HasItsWords) return timed;
        throw new ServiceException(ExitCodes.ServiceFailed, $"{path}: the service's words are not those of its text.");
    }

    private static TranscriptWord From(Word word) => new(
        word.Text, word.Start?.ToTimeSpan() ?? default, word.End?.ToTimeSpan() ?? default,
        word.HasConfidence ? word.Confidence : null, word.IsStable);
}
