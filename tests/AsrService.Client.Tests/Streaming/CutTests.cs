namespace AsrService.Client.Tests.Streaming;

/// <summary>The connection is cut, anywhere; the words are those of a run without a break.</summary>
[Trait("Category", "EndToEnd")]
public class CutTests
{
    private const int Tenth = 3_200;

    /// <summary>A message of a tenth of a second and its frames, about; the place within it changes from cut to cut.</summary>
    private const int TenthOnTheWire = Tenth + 40;

    private static readonly byte[] Speech = Clips.Interview(6);

    [Fact]
    public async Task Stream_CutAtEveryTenthOfASecond_LosesAndDoublesNothing()
    {
        await using var server = await TestServer.StartAsync(null, Callers.Key);
        var whole = await WholeAsync(server);

        for (int tenth = 0; tenth < Speech.Length / Tenth; tenth++)
        {
            using var relay = new CuttingRelay(server.Addresses.Grpc, (500 + (tenth * TenthOnTheWire), long.MaxValue));
            await using var client = new AsrClient(relay.Address, Callers.Quick);
            var heard = await Heard.OfAsync(client, Speech);

            AssertSame(whole, heard);
            Assert.Equal(2, relay.Connections);
            Assert.Equal(1, heard.Ended.Reconnects);
        }

        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Stream_CutAgainAndAgain_LosesAndDoublesNothing()
    {
        await using var server = await TestServer.StartAsync(null, Callers.Key);
        var whole = await WholeAsync(server);
        var cuts = Enumerable.Range(1, 20).Select(cut => (1_000 + (cut * 7_919L % 60_000), long.MaxValue));
        using var relay = new CuttingRelay(server.Addresses.Grpc, cuts);
        await using var client = new AsrClient(relay.Address, Callers.Quick);

        var heard = await Heard.OfAsync(client, Speech, chunk: 1_234);

        AssertSame(whole, heard);
        Assert.True(heard.Ended.Reconnects > 5);
    }

    [Fact]
    public async Task Stream_CutAmidAnswers_LosesAndDoublesNothing()
    {
        await using var server = await TestServer.StartAsync(null, Callers.Key);
        var whole = await WholeAsync(server);

        for (int cut = 0; cut < 40; cut++)
        {
            using var relay = new CuttingRelay(server.Addresses.Grpc, (long.MaxValue, 900 + (cut * 101)), (long.MaxValue, 1_500 + (cut * 53)));
            await using var client = new AsrClient(relay.Address, Callers.Quick);
            var heard = await Heard.OfAsync(client, Speech);

            AssertSame(whole, heard);
        }
    }

    [Fact]
    public async Task Stream_CutAfterTheHalfClose_EndsAsIfNothingWere()
    {
        await using var server = await TestServer.StartAsync(null, Callers.Key);
        var whole = await WholeAsync(server);
        using var relay = new CuttingRelay(server.Addresses.Grpc);
        await using var client = new AsrClient(relay.Address, Callers.Quick);
        await using var stream = await client.StreamAsync();
        await stream.WriteAsync(Speech);
        await stream.CompleteAsync();

        var events = new List<StreamEvent>();
        await foreach (var happened in stream.Events)
        {
            if (happened is FinalEvent or ResultEvent && events.OfType<ReconnectingEvent>().Count() < 3) relay.Cut();
            events.Add(happened);
        }

        AssertSame(whole, new Heard(events));
        Assert.NotEqual(0, new Heard(events).Ended.Reconnects);
    }

    [Fact]
    public async Task Stream_OfEightChannelsCutAtManyPlaces_LosesAndDoublesNothing()
    {
        await using var server = await TestServer.StartAsync(null, Callers.Key);
        var options = new StreamOptions { Format = new AudioFormat(AudioEncoding.Pcm16, 16_000, 8) };
        byte[] audio = Channels.Of(Speech, 8, apart: TimeSpan.FromSeconds(0.2));
        await using var direct = new AsrClient(server.Address());
        var whole = await Heard.OfAsync(direct, audio, options, 8 * Tenth);
        Assert.Equal(8, whole.Finals.Select(final => final.Channel).Distinct().Count());

        for (int cut = 1; cut < 12; cut++)
        {
            using var relay = new CuttingRelay(server.Addresses.Grpc, (audio.Length / 12 * cut, long.MaxValue));
            await using var client = new AsrClient(relay.Address, Callers.Quick);
            var heard = await Heard.OfAsync(client, audio, options, 8 * Tenth);

            AssertSame(whole, heard);
        }
    }

    private static async Task<Heard> WholeAsync(TestServer server)
    {
        await using var client = new AsrClient(server.Address());
        var whole = await Heard.OfAsync(client, Speech);
        Assert.NotEmpty(whole.Finals);
        return whole;
    }

    private static void AssertSame(Heard whole, Heard heard)
    {
        Assert.Equal(whole.Words, heard.Words);
        Assert.Equal(whole.Speech, heard.Speech);
        Assert.Equal(whole.Ended.Audio, heard.Ended.Audio);
        Assert.Equal(heard.Finals.Count, heard.Ended.Finals);
        Assert.Single(heard.Events.OfType<StartedEvent>());
        Assert.Equal(heard.Ended.Reconnects, heard.Events.OfType<ResumedEvent>().Count(resumed => !resumed.IsNewSession));
    }
}
