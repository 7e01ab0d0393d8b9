using AsrService.Engine.Transcripts;

namespace AsrService.Engine.StructuredTranscripts;

/// <summary>Describes pace, pauses and fillers of timed segments; a pure function of them.</summary>
public static class StructuredTranscriptBuilder
{
    /// <summary>The transcript of a recording.</summary>
    /// <param name="id">The caller's name for it.</param>
    /// <param name="duration">Of the recording.</param>
    /// <param name="segments">With or without words, in any order.</param>
    public static StructuredTranscript Build(string id, TimeSpan duration, IEnumerable<TimedSegment> segments)
    {
        var ordered = segments.Where(segment => segment.Text.Length > 0).OrderBy(StartOf).ThenBy(segment => segment.Channel).ToList();
        int[] channels = [.. ordered.Select(segment => segment.Channel).Distinct().Order()];
        var pauses = new List<TranscriptPause>();
        var paces = new Dictionary<int, SpeakerPace>();
        foreach (int channel in channels)
        {
            var pace = paces[channel] = new SpeakerPace(ordered.Where(one => one.Channel == channel).Select(one => one.Words));
            pauses.AddRange(FindPauses(ordered, channel, pace));
        }
        return new StructuredTranscript
        {
            Id = id,
            DurationS = Seconds(duration),
            Languages = Shares(ordered),
            Speakers = [.. channels.Select(channel => new TranscriptSpeaker(SpeakerOf(channel), channel))],
            Segments = [.. ordered.Select((segment, i) => Describe(segment, i, paces[segment.Channel]))],
            Pauses = [.. pauses.OrderBy(pause => pause.StartS)],
        };
    }

    private static TranscriptSegment Describe(TimedSegment segment, int index, SpeakerPace pace)
    {
        var fillers = FillerWords.Of(segment.Language).Find(segment.Words);
        return new TranscriptSegment
        {
            Id = IdOf(segment, index),
            Speaker = SpeakerOf(segment.Channel),
            Channel = segment.Channel,
            StartS = Seconds(StartOf(segment)),
            EndS = Seconds(segment.Words.Count > 0 ? segment.Words[^1].End : segment.End),
            Text = segment.Text,
            Language = segment.Language?.Code,
            Confidence = segment.Confidence,
            IsAligned = segment.IsAligned,
            Pace = pace.Of(segment.Words),
            Words = [.. segment.Words.Select((word, i) =>
                new StructuredWord(word.Text, Seconds(word.Start), Seconds(word.End), word.Confidence, fillers[i]))],
        };
    }

    private static IEnumerable<TranscriptPause> FindPauses(List<TimedSegment> segments, int channel, SpeakerPace pace)
    {
        var words = new List<TranscriptWord>();
        var places = new List<(int Segment, int Word)>();
        for (int i = 0; i < segments.Count; i++)
        {
            if (segments[i].Channel != channel) continue;
            words.AddRange(segments[i].Words);
            places.AddRange(Enumerable.Range(0, segments[i].Words.Count).Select(word => (i, word)));
        }
        for (int next = 1; next < words.Count; next++)
        {
            if (words[next].Start - words[next - 1].End < SpeakerPace.MinPause) continue;
            var (segment, word) = places[next - 1];
            yield return new TranscriptPause(
                IdOf(segments[segment], segment), word, Seconds(words[next - 1].End), Seconds(words[next].Start),
                pace.IsSlowFrom(words, next) ? PauseKind.Thinking : PauseKind.Plain);
        }
    }

    private static List<LanguageShare> Shares(List<TimedSegment> segments)
    {
        double total = segments.Sum(segment => (segment.End - segment.Start).TotalSeconds);
        return [.. segments
            .Where(segment => segment.Language is not null)
            .GroupBy(segment => segment.Language!.Code, segment => (segment.End - segment.Start).TotalSeconds)
            .Select(group => new LanguageShare(group.Key, total > 0 ? Math.Round(group.Sum() / total, 3) : 0))
            .OrderByDescending(share => share.Share)
            .ThenBy(share => share.Code, StringComparer.Ordinal)];
    }

    private static TimeSpan StartOf(TimedSegment segment) => segment.Words.Count > 0 ? segment.Words[0].Start : segment.Start;

    private static string SpeakerOf(int channel) => $"speaker-{channel}";

    private static string IdOf(TimedSegment segment, int index) => segment.Id ?? $"s{index}";

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
