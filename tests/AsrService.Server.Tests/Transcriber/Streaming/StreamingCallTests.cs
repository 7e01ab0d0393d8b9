using AsrService.Contracts.V1;
using AsrService.Server.Tests.Refinement;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AsrService.Server.Tests.Transcriber.Streaming;

/// <summary>Live calls from their config to OK, over loopback HTTP/2.</summary>
[Trait("Category", "EndToEnd")]
public class StreamingCallTests
{
    private const double Seconds = 6;

    private static readonly byte[] Speech = Clips.Interview(Seconds);

    [Fact]
    public async Task Call_OfSpeech_IsStartedFirstEndedLastAndFinalsDoNotDependOnChunks()
    {
        await using var server = await TestServer.StartAsync();

        var outcome = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        var others = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech, chunk: 6398);

        Assert.Equal(StatusCode.OK, outcome.Code);
        Assert.NotNull(outcome.Responses[0].Started);
        Assert.True(outcome.Responses[0].Started.Model.IsDemonstration);
        Assert.NotEmpty(outcome.Responses[0].Started.Model.Notice);
        Assert.Equal(EndReason.AudioCompleted, outcome.Ended);
        Assert.Equal(outcome.Words, others.Words);
        var totals = outcome.Responses[^1].Ended.Totals;
        Assert.Equal(TimeSpan.FromSeconds(Seconds), totals.Audio.ToTimeSpan());
        Assert.Equal((uint)outcome.Finals.Count, totals.Finals);
        RefinementCallTests.AssertRefined(outcome, outcome.Finals);
        AssertEnvelopes(outcome.Responses);
    }

    [Fact]
    public async Task Call_ResentWithSequences_GivesTheSameFinals()
    {
        await using var server = await TestServer.StartAsync();
        var expected = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        var requests = new List<StreamingTranscribeRequest> { LiveCall.Start };
        for (int at = 0; at < Speech.Length; at += 3200)
        {
            int from = Math.Max(0, at - 1000);
            requests.Add(LiveCall.Audio(Speech.AsSpan(from, Math.Min(4200, Speech.Length - from)), (ulong)from / 2));
        }

        var resent = await LiveCall.RunAsync(server.Client, requests);

        Assert.Equal(expected.Words, resent.Words);
        Assert.Equal((ulong)Speech.Length / 2, resent.Responses[^1].Cursors.AckedSequence);
    }

    [Fact]
    public async Task Call_WithoutAudioOrSpeech_EndsWithOkAndNoResult()
    {
        await using var server = await TestServer.StartAsync();

        var empty = await LiveCall.RunAsync(server.Client, LiveCall.Start);
        var silent = await LiveCall.RunAsync(
            server.Client, LiveCall.Start, new() { Silence = new Silence { Duration = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)) } });

        Assert.All([empty, silent], outcome =>
        {
            Assert.Equal((StatusCode.OK, EndReason.AudioCompleted), (outcome.Code, outcome.Ended));
            Assert.DoesNotContain(outcome.Responses, one => one.Result is not null);
        });
        Assert.Equal(TimeSpan.FromSeconds(10), silent.Responses[^1].Cursors.Final.ToTimeSpan());
    }

    private static void AssertEnvelopes(IReadOnlyList<StreamingTranscribeResponse> responses)
    {
        for (int i = 1; i < responses.Count; i++)
        {
            var (before, now) = (responses[i - 1], responses[i]);
            Assert.Equal(before.SessionId, now.SessionId);
            Assert.True(now.Cursors.Received.ToTimeSpan() >= before.Cursors.Received.ToTimeSpan());
            Assert.True(now.Cursors.Processed.ToTimeSpan() >= before.Cursors.Processed.ToTimeSpan());
            Assert.True(now.Cursors.Final.ToTimeSpan() >= before.Cursors.Final.ToTimeSpan());
            Assert.True(now.Cursors.AckedSequence >= before.Cursors.AckedSequence);
            bool hasToken = now.Started is not null || now.Result is { IsFinal: true } || now.Flow is not null || now.Ended is not null;
            Assert.Equal(hasToken, now.ResumeToken.Length > 0);
        }
    }
}
