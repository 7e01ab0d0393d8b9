using AsrService.Engine.Hypotheses;

namespace AsrService.Engine.Alignment;

/// <summary>A stretch of a clip and the words said in it.</summary>
/// <param name="FirstWord">Its first word.</param>
/// <param name="EndWord">The word behind its last.</param>
/// <param name="Start">First sample.</param>
/// <param name="End">Sample behind the last.</param>
internal readonly record struct ClipPart(int FirstWord, int EndWord, int Start, int End);

/// <summary>
/// Cuts a clip that is longer than the aligner takes: halves it at a long pause near its middle, until the
/// parts fit. Times stay exact, as a part's offset is a sample index.
/// </summary>
internal static class ClipParts
{
    private const int SamplesPerSecond = 16_000;
    private const int GapWeight = 4; // of silence against distance from the middle

    /// <summary>The parts in order; one where the clip fits.</summary>
    /// <param name="timeline">Estimated times of the clip's words.</param>
    /// <param name="samples">Length of the clip.</param>
    /// <param name="most">Samples of a part.</param>
    public static List<ClipPart> Cut(WordTimeline timeline, int samples, int most)
    {
        var parts = new List<ClipPart>();
        Halve(timeline, new ClipPart(0, timeline.Times.Count, 0, samples), most, parts);
        return parts;
    }

    private static void Halve(WordTimeline timeline, ClipPart part, int most, List<ClipPart> parts)
    {
        if (part.End - part.Start <= most)
        {
            parts.Add(part);
            return;
        }
        var (word, at) = FindCut(timeline, part);
        Halve(timeline, part with { EndWord = word, End = at }, most, parts);
        Halve(timeline, part with { FirstWord = word, Start = at }, most, parts);
    }

    /// <summary>
    /// A border between words in the middle half of the part, at a pause if there is one, the longer the better: a long
    /// one parts sentences, and there the estimate is right. Without any border, the very middle.
    /// </summary>
    private static (int Word, int At) FindCut(WordTimeline timeline, ClipPart part)
    {
        int middle = (part.Start + part.End) / 2, reach = (part.End - part.Start) / 4;
        var best = (Cost: int.MaxValue, Word: part.FirstWord, At: middle);
        for (int word = part.FirstWord + 1; word < part.EndWord; word++)
        {
            int at = Sample((timeline.Times[word - 1].End + timeline.Times[word].Start) / 2);
            int gap = Sample(timeline.Times[word].Start - timeline.Times[word - 1].End);
            int cost = Math.Abs(at - middle) - GapWeight * gap + (timeline.PauseBefore[word] ? 0 : reach);
            if (Math.Abs(at - middle) <= reach && cost < best.Cost) best = (cost, word, at);
        }
        if (best.Cost < int.MaxValue) return (best.Word, best.At);
        int first = part.FirstWord; // words on one side only
        while (first < part.EndWord && Sample(timeline.Times[first].Start) < middle) first++;
        return (first, middle);
    }

    private static int Sample(TimeSpan time) => (int)(time.TotalSeconds * SamplesPerSecond);
}
