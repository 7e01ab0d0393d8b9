using System.Globalization;
using AsrService.Engine.Decoding;
using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>What holds for the events of every session, and what of them is compared between sessions.</summary>
internal static class LiveEvents
{
    private static readonly TimeSpan Hop = TimeSpan.FromMilliseconds(10);

    public static IEnumerable<ResultEvent> Finals(this IEnumerable<SessionEvent> events) =>
        events.OfType<ResultEvent>().Where(result => result.IsFinal);

    public static IEnumerable<ResultEvent> Partials(this IEnumerable<SessionEvent> events) =>
        events.OfType<ResultEvent>().Where(result => !result.IsFinal);

    public static string Text(this ResultEvent result) => result.StableText + result.TentativeText;

    /// <summary>Everything of the finals that may not depend on pace, chunks and neighbours, to the bit.</summary>
    public static string[] FinalKeys(this IEnumerable<SessionEvent> events) => [.. events.Finals().Select(FinalKey)];

    public static string FinalKey(ResultEvent final) => Key(
        final.Channel, final.SegmentIndex, final.Start.Ticks, final.End.Ticks, final.StableText, final.Language?.Code,
        final.LanguageProbability, final.Confidence, final.Remarks, string.Join(' ', final.Result!.TokenIds),
        string.Join(' ', final.Result.TokenProbabilities.Select(BitConverter.SingleToInt32Bits)),
        string.Join(' ', final.Words));

    /// <summary>Everything of the other events that follows from the samples and the points taken.</summary>
    public static string[] OtherKeys(this IEnumerable<SessionEvent> events) => [.. events
        .Where(happened => happened is not ResultEvent { IsFinal: true })
        .Select(happened => happened switch
        {
            ResultEvent partial => Key(
                partial.Channel, partial.SegmentIndex, partial.Revision, partial.StableText, partial.TentativeText,
                partial.Start.Ticks, partial.End.Ticks, partial.Language?.Code, partial.LanguageProbability,
                partial.Confidence, partial.Remarks, string.Join(' ', partial.Words)),
            SpeechEvent speech => Key(speech.Channel, speech.IsBegin, speech.Offset.Ticks),
            _ => happened.ToString()!.Replace(happened.Cursors.ToString(), "", StringComparison.Ordinal),
        })];

    public static string[] SpeechKeys(this IEnumerable<SessionEvent> events) =>
        [.. events.OfType<SpeechEvent>().Select(speech => Key(speech.Channel, speech.IsBegin, speech.Offset.Ticks))];

    /// <summary>The final is what the offline function says of the segment's samples: ids, text, bits of probabilities.</summary>
    public static void AssertOffline(this LiveEngine live, ResultEvent final, float[] heard, DecodingConfig config)
    {
        int start = SampleOf(final.Start), end = Math.Min(SampleOf(final.End), heard.Length);
        var offline = live.DecodeOffline(heard.AsSpan(start, end - start), config);
        Assert.Equal(offline.PromptIds, final.Result!.PromptIds);
        Assert.Equal(offline.TokenIds, final.Result.TokenIds);
        Assert.Equal(offline.Text, final.StableText);
        Assert.Equal(offline.Remarks, final.Remarks);
        Assert.Equal(
            offline.TokenProbabilities.Select(BitConverter.SingleToInt32Bits),
            final.Result.TokenProbabilities.Select(BitConverter.SingleToInt32Bits));
    }

    public static int SampleOf(TimeSpan time) => (int)(time.Ticks / SampleTime.Ticks);

    /// <summary>Order, cursors, words and speech of a whole session's events.</summary>
    public static void AssertSound(this IReadOnlyList<SessionEvent> events, int channels = 1)
    {
        AssertCursors(events, channels);
        for (int channel = 0; channel < channels; channel++)
        {
            var own = events.Where(happened => happened.Channel == channel).ToList();
            AssertSegments([.. own.OfType<ResultEvent>()]);
            AssertSpeech([.. own.OfType<SpeechEvent>()], [.. own.Finals()]);
        }
    }

    private static void AssertCursors(IReadOnlyList<SessionEvent> events, int channels)
    {
        var last = default(SessionCursors);
        for (int i = 0; i < events.Count; i++)
        {
            var cursors = events[i].Cursors;
            bool isLater = cursors.Processed >= last.Processed && cursors.Final >= last.Final;
            Assert.True(isLater && cursors.Received >= last.Received,
                $"event {i}: {cursors} after {last}");
            Assert.True(cursors.Final <= cursors.Processed && cursors.Processed <= cursors.Received, $"event {i}: {cursors}");
            if (channels == 1 && events[i] is ResultEvent { IsFinal: true } final)
            {
                var end = final.End < cursors.Received ? final.End : cursors.Received;
                Assert.True(cursors.Final >= end, $"{final.Start} to {end} is not covered by {cursors}");
                // The caller keeps audio from 0.5 s before a final cursor: enough for what it has no final of.
                Assert.True(last.Final - TimeSpan.FromSeconds(0.5) <= final.Start, $"{last} went past {final.Start}");
            }
            last = cursors;
        }
    }

    private static void AssertSegments(List<ResultEvent> results)
    {
        ResultEvent? before = null;
        var end = TimeSpan.Zero;
        foreach (var result in results)
        {
            bool isNew = before is null or { IsFinal: true };
            Assert.Equal(before is null ? 0 : before.SegmentIndex + (isNew ? 1 : 0), result.SegmentIndex);
            Assert.True(isNew || result.Revision > before!.Revision, $"{result.Revision} after {before?.Revision}");
            Assert.True(result.Start >= end && result.End > result.Start, $"{result.Start} to {result.End} after {end}");
            bool isContradicted = !isNew && !result.StableText.StartsWith(before!.StableText, StringComparison.Ordinal);
            Assert.True(!isContradicted || (result.IsFinal && result.ReplacesStable), $"{result} after {before}");
            AssertWords(result);
            if (result.IsFinal) end = result.End;
            before = result;
        }
        Assert.True(before is null or { IsFinal: true }, "the last segment has no final");
    }

    private static void AssertWords(ResultEvent result)
    {
        var last = result.Start;
        string rest = result.Text();
        int stable = 0;
        bool isTentative = false;
        foreach (var word in result.Words)
        {
            Assert.True(word.Start >= last && word.End >= word.Start && word.End <= result.End,
                $"{word} after {last} in {result.Start} to {result.End}");
            Assert.False(word.IsStable && isTentative, $"{word} is stable behind a tentative one");
            int at = rest.IndexOf(word.Text, StringComparison.Ordinal);
            Assert.True(at >= 0 && string.IsNullOrWhiteSpace(rest[..at]), $"{word.Text} is not next in '{rest}'");
            if (word.IsStable) stable += at + word.Text.Length;
            rest = rest[(at + word.Text.Length)..];
            (last, isTentative) = (word.End, !word.IsStable);
        }
        if (result.Words.Count == 0) return;
        Assert.True(string.IsNullOrWhiteSpace(rest), $"'{rest}' is in no word");
        Assert.Equal(result.StableText.TrimEnd().Length, stable);
    }

    private static void AssertSpeech(List<SpeechEvent> speech, List<ResultEvent> finals)
    {
        var last = TimeSpan.Zero;
        for (int i = 0; i < speech.Count; i++)
        {
            Assert.Equal(i % 2 == 0, speech[i].IsBegin);
            Assert.True(speech[i].Offset >= last, $"{speech[i]} after {last}");
            last = speech[i].Offset;
        }
        Assert.Equal(0, speech.Count % 2);
        for (int i = 0; i < speech.Count; i += 2) AssertCovered(speech[i].Offset, speech[i + 1].Offset, finals);
    }

    /// <summary>Segments lie over all of it without a gap, give or take the last hop.</summary>
    private static void AssertCovered(TimeSpan from, TimeSpan to, List<ResultEvent> finals)
    {
        foreach (var final in finals.Where(final => final.End > from).OrderBy(final => final.Start))
        {
            if (final.Start > from) break;
            from = final.End;
        }
        Assert.True(from >= to - Hop, $"speech up to {to} is in segments up to {from} only");
    }

    private static string Key(params object?[] parts) =>
        string.Join('|', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)));
}
