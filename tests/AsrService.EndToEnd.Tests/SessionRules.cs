using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using EventCase = AsrService.Contracts.V1.StreamingTranscribeResponse.EventOneofCase;

namespace AsrService.EndToEnd.Tests;

/// <summary>What the contract says of every session that ends well.</summary>
internal static class SessionRules
{
    public static void AssertKept(CallOutcome outcome)
    {
        AssertEnvelopes(outcome.Live);
        AssertSpeech(outcome.Live);
        foreach (var results in Results(outcome).GroupBy(one => one.ResultId)) AssertSegment([.. results]);
        foreach (var channel in Results(outcome).GroupBy(one => one.Channel)) AssertOrder([.. channel]);

        var totals = outcome.Ended!.Totals;
        Assert.Equal((uint)outcome.Finals.Count, totals.Finals);
        Assert.Equal((uint)(Results(outcome).Count() - outcome.Finals.Count), totals.Partials);
    }

    private static IEnumerable<Result> Results(CallOutcome outcome) =>
        outcome.Live.Where(one => one.EventCase == EventCase.Result).Select(one => one.Result);

    private static void AssertEnvelopes(IReadOnlyList<StreamingTranscribeResponse> responses)
    {
        Assert.Equal(EventCase.Started, responses[0].EventCase);
        Assert.Single(responses, one => one.EventCase == EventCase.Started);
        Assert.Equal(EventCase.Ended, responses[^1].EventCase);
        Assert.Single(responses, one => one.EventCase == EventCase.Ended);
        Assert.Single(responses.Select(one => one.SessionId).Distinct());
        for (int i = 1; i < responses.Count; i++)
        {
            var (before, now) = (responses[i - 1].Cursors, responses[i].Cursors);
            Assert.True(before.Received.ToTimeSpan() <= now.Received.ToTimeSpan(), "received went back");
            Assert.True(before.Processed.ToTimeSpan() <= now.Processed.ToTimeSpan(), "processed went back");
            Assert.True(before.Final.ToTimeSpan() <= now.Final.ToTimeSpan(), "final went back");
            Assert.True(before.AckedSequence <= now.AckedSequence, "acked_sequence went back");
        }
    }

    private static void AssertSpeech(IReadOnlyList<StreamingTranscribeResponse> responses)
    {
        var spoken = responses.Where(one => one.EventCase == EventCase.Speech).Select(one => one.Speech);
        foreach (var channel in spoken.GroupBy(one => one.Channel))
        {
            var (last, offset) = (SpeechBoundary.End, TimeSpan.Zero);
            foreach (var speech in channel)
            {
                Assert.NotEqual(last, speech.Boundary);
                Assert.True(speech.Offset.ToTimeSpan() >= offset, "speech went back");
                (last, offset) = (speech.Boundary, speech.Offset.ToTimeSpan());
            }

            Assert.Equal(SpeechBoundary.End, last);
        }
    }

    /// <summary>Partials whose stable text only grows, then one final.</summary>
    private static void AssertSegment(IReadOnlyList<Result> results)
    {
        Assert.True(results[^1].IsFinal);
        Assert.Single(results, one => one.IsFinal);
        Assert.Equal("", results[^1].TentativeText);
        string stable = "";
        for (int i = 0; i < results.Count; i++)
        {
            var result = results[i];
            if (i > 0) Assert.True(result.Revision > results[i - 1].Revision, "revision did not grow");
            Assert.True(result.StableText.StartsWith(stable, StringComparison.Ordinal) || result.ReplacesStable, "stable text changed");
            Assert.False(result.ReplacesStable && !result.IsFinal);
            stable = result.StableText;
            AssertWords(result);
        }
    }

    private static void AssertWords(Result result)
    {
        var last = TimeSpan.Zero;
        foreach (var word in result.Words)
        {
            Assert.True(word.Start.ToTimeSpan() >= last && word.End.ToTimeSpan() >= word.Start.ToTimeSpan(), "words overlap");
            Assert.Contains(word.Text, result.StableText + result.TentativeText, StringComparison.Ordinal);
            last = word.Start.ToTimeSpan();
        }
    }

    /// <summary>A segment's results come before the next one's, and the segments do not overlap.</summary>
    private static void AssertOrder(IReadOnlyList<Result> results)
    {
        for (int i = 1; i < results.Count; i++)
        {
            var (before, now) = (results[i - 1], results[i]);
            if (before.ResultId == now.ResultId) continue;
            Assert.True(before.IsFinal, "a segment began before the last one's final");
            Assert.True(now.Start.ToTimeSpan() >= before.End.ToTimeSpan(), "segments overlap");
        }
    }
}
