using System.Security.Cryptography;

namespace AsrService.Client.Tests.Streaming;

/// <summary>Several instances, one of which leaves, dies or does not know the session.</summary>
[Trait("Category", "EndToEnd")]
public class InstanceTests
{
    private const int Tenth = 3_200;

    private static readonly byte[] Speech = Clips.Interview(12);

    [Fact]
    public async Task Stream_WhoseInstanceIsKilled_GoesOnWithTheOther()
    {
        using var victim = new ServerProcess([.. ServerProcess.FreePorts, "--" + Callers.Key]);
        using var survivor = new ServerProcess([.. ServerProcess.FreePorts, "--" + Callers.Key]);
        string[] addresses = [await victim.AddressAsync(), await survivor.AddressAsync()];
        await using var direct = new AsrClient(addresses[1]);
        var whole = await Heard.OfAsync(direct, Speech);
        await using var client = new AsrClient(addresses, Callers.Quick);
        await using var stream = await client.StreamAsync();
        var events = new List<StreamEvent>();
        await stream.WriteAsync(Speech.AsMemory(0, Speech.Length * 2 / 3));

        await foreach (var happened in stream.Events)
        {
            events.Add(happened);
            if (happened is not FinalEvent || events.OfType<FinalEvent>().Skip(1).Any()) continue;
            await victim.SignalAsync("KILL");
            await stream.WriteAsync(Speech.AsMemory(Speech.Length * 2 / 3));
            await stream.CompleteAsync();
        }

        var heard = new Heard(events);
        Assert.Equal(whole.Words, heard.Words);
        Assert.Equal(whole.Speech, heard.Speech);
        var resumed = Assert.Single(heard.Events.OfType<ResumedEvent>());
        Assert.Equal((addresses[1], false), (resumed.Address, resumed.IsNewSession));
        Assert.Equal(0, (await survivor.SignalAsync("TERM")).Code);
    }

    [Fact]
    public async Task Stream_WhoseInstanceDrains_GoesOnWithTheOther()
    {
        await using var leaving = await TestServer.StartAsync(null, Callers.Key, "Asr:Drain:GracePeriod=00:00:01");
        await using var staying = await TestServer.StartAsync(null, Callers.Key);
        await using var direct = new AsrClient(staying.Address());
        var whole = await Heard.OfAsync(direct, Speech);
        await using var client = new AsrClient([leaving.Address(), staying.Address()], Callers.Quick);
        await using var stream = await client.StreamAsync();
        var reading = Heard.OfAsync(stream.Events);
        await stream.WriteAsync(Speech.AsMemory(0, Speech.Length / 2));

        await leaving.StopAsync();
        await stream.WriteAsync(Speech.AsMemory(Speech.Length / 2));
        await stream.CompleteAsync();
        var heard = await reading;

        Assert.Equal(whole.Words, heard.Words);
        var resumed = heard.Events.OfType<ResumedEvent>().Last();
        Assert.Equal((staying.Address(), false), (resumed.Address, resumed.IsNewSession));
    }

    [Fact]
    public async Task Stream_MovedToAnInstanceWithAnotherKey_BeginsANewSessionOverTheKeptAudio()
    {
        await using var one = await TestServer.StartAsync(null, Callers.Key);
        await using var foreign = await TestServer.StartAsync(null, "Asr:Resume:Key=" + Convert.ToBase64String(SHA256.HashData("two"u8)));
        await using var direct = new AsrClient(one.Address());
        var whole = await Heard.OfAsync(direct, Speech);

        for (int second = 1; second < 12; second += 2)
        {
            using var relay = new CuttingRelay(one.Addresses.Grpc);
            await using var client = new AsrClient(relay.Address, Callers.Quick);
            await using var stream = await client.StreamAsync();
            var reading = Heard.OfAsync(stream.Events);
            await stream.WriteAsync(Speech.AsMemory(0, second * 32_000));
            relay.Target = foreign.Addresses.Grpc;
            relay.Cut();
            await stream.WriteAsync(Speech.AsMemory(second * 32_000));
            await stream.CompleteAsync();
            var heard = await reading;

            var resumed = Assert.Single(heard.Events.OfType<ResumedEvent>());
            Assert.True(resumed.IsNewSession);
            Assert.Equal(whole.Finals.Select(final => final.Text), heard.Finals.Select(final => final.Text));
            Assert.All(heard.Finals.Zip(heard.Finals.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
            Assert.All(heard.Finals, final => Assert.True(final.End <= resumed.From || final.Start >= resumed.From));
            Assert.Equal(whole.Ended.Audio, heard.Ended.Audio);
        }
    }

    [Fact]
    public async Task Stream_OfChannelsMovedToAnInstanceWithAnotherKey_DoublesNoWordOfAny()
    {
        await using var one = await TestServer.StartAsync(null, Callers.Key);
        await using var foreign = await TestServer.StartAsync();
        var options = new StreamOptions { Format = new(AudioEncoding.Pcm16, 16_000, 3) };
        byte[] audio = Channels.Of(Speech, 3, apart: TimeSpan.FromSeconds(1.5));
        await using var direct = new AsrClient(one.Address());
        var whole = await Heard.OfAsync(direct, audio, options, 3 * Tenth);

        for (int second = 4; second < 12; second++)
        {
            using var relay = new CuttingRelay(one.Addresses.Grpc, (second * 3 * 32_500, long.MaxValue));
            await using var client = new AsrClient(relay.Address, Callers.Quick);
            await using var stream = await client.StreamAsync(options);
            relay.Target = foreign.Addresses.Grpc;
            var reading = Heard.OfAsync(stream.Events);
            await stream.WriteAsync(audio);
            await stream.CompleteAsync();
            var heard = await reading;

            Assert.True(Assert.Single(heard.Events.OfType<ResumedEvent>()).IsNewSession);
            Assert.Equal(Texts(whole), Texts(heard));
        }

        static IEnumerable<string> Texts(Heard heard) =>
            heard.Finals.OrderBy(final => final.Channel).ThenBy(final => final.Start).Select(final => $"{final.Channel} {final.Text}");
    }

    [Fact]
    public async Task Stream_BeyondTheSessionLimit_GoesOn()
    {
        await using var server = await TestServer.StartAsync(null, Callers.Key, "Asr:Limits:MaxSession=00:00:05");
        await using var client = new AsrClient(server.Address(), Callers.Quick);

        var heard = await Heard.OfAsync(client, Speech);

        Assert.Equal(TimeSpan.FromSeconds(12), heard.Ended.Audio);
        Assert.True(heard.Ended.Reconnects >= 2);
        Assert.True(heard.Finals[^1].End > TimeSpan.FromSeconds(8));
        Assert.All(heard.Finals.Zip(heard.Finals.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
    }

    [Fact]
    public async Task Stream_WithUpdatesAndFinalizesCutAnywhere_HasTheWordsOfAnUnbrokenOne()
    {
        await using var server = await TestServer.StartAsync(null, Callers.Key);
        await using var direct = new AsrClient(server.Address());
        var whole = await RunAsync(direct);
        Assert.Contains(whole.Finals, final => final.End == TimeSpan.FromSeconds(2.5)); // the finalize took effect

        for (int cut = 0; cut < 24; cut++)
        {
            using var relay = new CuttingRelay(server.Addresses.Grpc, (700 + (cut * 15_013L), long.MaxValue), (500 + (cut * 7_001L), long.MaxValue));
            await using var client = new AsrClient(relay.Address, Callers.Quick);

            Assert.Equal(whole.Words, (await RunAsync(client)).Words);
        }

        static async Task<Heard> RunAsync(AsrClient client)
        {
            await using var stream = await client.StreamAsync(new() { Language = new() { Mode = LanguageMode.LockAfterFirst } });
            var reading = Heard.OfAsync(stream.Events);
            for (int tenth = 0; tenth < 120; tenth++)
            {
                await stream.WriteAsync(Speech.AsMemory(tenth * Tenth, Tenth));
                if (tenth is 24 or 60 or 61) await stream.FinalizeAsync();
                if (tenth == 30) await stream.UpdateAsync(new() { Biasing = new() { Terms = ["Redis"] } });
                if (tenth == 60) await stream.UpdateAsync(new() { Endpointing = new() { MinSilence = TimeSpan.FromMilliseconds(200) } });
                if (tenth == 70) await stream.SilenceAsync(TimeSpan.FromSeconds(1.03));
                if (tenth == 80) await stream.UpdateAsync(new() { Biasing = new(), Endpointing = new() });
            }

            await stream.CompleteAsync();
            return await reading;
        }
    }
}
