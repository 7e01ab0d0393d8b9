using System.Security.Cryptography;
using AsrService.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;
using OperationsClient = AsrService.Contracts.V1.Operations.OperationsClient;

namespace AsrService.Server.Tests.Transcriber.Resuming;

/// <summary>Calls that go on where their input is kept.</summary>
[Trait("Category", "EndToEnd")]
public class DetachedCallTests(ITestOutputHelper output)
{
    private const int Second = 32_000; // bytes

    private static readonly string Key = "Asr:Resume:Key=" + Convert.ToBase64String(SHA256.HashData("one"u8));

    private static readonly byte[] Speech = Clips.Interview(12);

    [Fact]
    public async Task Resume_OnTheSameInstance_SendsNothingAgain()
    {
        await using var server = await TestServer.StartAsync(null, Key);
        await using var other = await TestServer.StartAsync(null, Key);
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        using var caller = await CutAsync(server, LiveCall.Config, 7 * Second);
        var late = caller.Resume;
        late.FirstSequence = 7 * Second / 2;

        var elsewhere = await LiveCall.RunAsync(other.Client, new StreamingTranscribeRequest { Resume = late });
        var started = await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length, 3_200);
        await caller.CompleteAsync();

        Assert.Equal((StatusCode.OutOfRange, "RESUME_GAP"), (elsewhere.Code, elsewhere.Reason));
        Assert.Equal((true, 7ul * Second / 2), (started.Resumed, started.ResendFrom.Sequence));
        Assert.Equal(whole.Words, caller.Words);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Resume_WithLessAudioThanTheTokenNeeds_GoesOnWhereItIsKept()
    {
        await using var server = await TestServer.StartAsync();
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        using var caller = await CutAsync(server, LiveCall.Config, 7 * Second);
        var resume = caller.Resume;
        resume.FirstSequence = 7 * Second / 2;

        var rest = await LiveCall.RunAsync(server.Client,
        [
            new() { Resume = resume },
            .. Speech[(7 * Second)..].Chunk(6_400).Select((bytes, i) => LiveCall.Audio(bytes, (ulong)((7 * Second / 2) + (i * 3_200)))),
        ]);

        Assert.Equal(StatusCode.OK, rest.Code);
        Assert.Equal(whole.Words, caller.Words.Concat(rest.Words));
    }

    [Fact]
    public async Task Resume_AtManyPlaces_LosesAndDoublesNothing()
    {
        await using var server = await TestServer.StartAsync();
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        var random = new Random(2);
        int resumes = 0, spared = 0;

        for (int i = 0; i < 24; i++)
        {
            using var caller = new ResumingCaller(Speech, LiveCall.Config);
            await caller.ConnectAsync(server.Client);
            for (int at = (i + 1) * (Speech.Length / 50) * 2; at < Speech.Length; at += random.Next(2, 60_000) * 2)
            {
                await caller.SendToAsync(at, random.Next(320, 6_400));
                if (i % 3 == 0) await caller.ReadAsync(response => response.Flow is not null);
                ulong needed = caller.Resume.FirstSequence;
                var started = await caller.ConnectAsync(server.Client); // its connection ends, or is superseded
                resumes++;
                if (started.ResendFrom.Sequence > needed + 8_000) spared++;
            }

            await caller.SendToAsync(Speech.Length, random.Next(320, 6_400));
            await caller.CompleteAsync();
            Assert.Equal(whole.Words, caller.Words);
        }

        output.WriteLine($"{spared} of {resumes} resumes had 0.5 s or more of their audio here");
        Assert.NotEqual(0, spared);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Resume_CutInTheMiddleOfAMessage_LosesAndDoublesNothing()
    {
        await using var server = await TestServer.StartAsync();
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);

        for (int bytes = 40_001; bytes < Speech.Length; bytes += 61_003)
        {
            using var caller = new ResumingCaller(Speech, LiveCall.Config);
            await using (var relay = new CuttingRelay(server.Addresses.Grpc, bytes))
            {
                using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(relay.Address);
                await caller.ConnectAsync(new Contracts.V1.Transcriber.TranscriberClient(channel));
                await Record.ExceptionAsync(() => caller.SendToAsync(Speech.Length, 6_400)); // or all of it was on its way already
                await caller.FailAsync();
            }

            await DetachedAsync(server, 1);
            var started = await caller.ConnectAsync(server.Client);
            await caller.SendToAsync(Speech.Length, 3_200);
            await caller.CompleteAsync();

            Assert.True(started.Resumed);
            Assert.Equal(whole.Words, caller.Words);
        }

        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Resume_ResampledInTwoChannels_HasTheSameWords()
    {
        byte[] speech = [.. Clips.Interview(7).Chunk(2).SelectMany(sample => Enumerable.Repeat(sample, 6)).SelectMany(sample => sample)];
        var config = LiveCall.Config;
        (config.AudioFormat.SampleRateHertz, config.AudioFormat.Channels) = (48_000, 2);
        await using var server = await TestServer.StartAsync();
        var whole = await LiveCall.RunAsync(server.Client, config, speech, 48_000);

        using var caller = await CutAsync(server, config, 5 * 192_000, speech);
        var started = await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(speech.Length, 48_000);
        await caller.CompleteAsync();

        Assert.Equal(5ul * 48_000, started.ResendFrom.Sequence);
        Assert.Equal(whole.Words.Order(), caller.Words.Order());
    }

    [Fact]
    public async Task Resume_AroundFinalizesAndSilence_HasThemInTheirPlaces()
    {
        byte[] heard = [.. Speech[..(3 * Second)], .. new byte[Second / 4], .. Speech[(3 * Second)..(8 * Second)]];
        int[] places = [3 * Second, 5 * Second];
        await using var server = await TestServer.StartAsync();
        using var unbroken = new ResumingCaller(heard, LiveCall.Config);
        await unbroken.ConnectAsync(server.Client);
        await SendAsync(unbroken, heard.Length);
        await unbroken.CompleteAsync();

        for (int i = 0; i < 16; i++)
        {
            using var caller = new ResumingCaller(heard, LiveCall.Config);
            await caller.ConnectAsync(server.Client);
            int cut = places[i % 2] + (i * 400);
            await SendAsync(caller, cut);
            if (i % 4 > 1) await caller.ReadAsync(response => response.Cursors.AckedSequence == (ulong)caller.Sent / 2);
            await caller.ConnectAsync(server.Client);
            await SendAsync(caller, heard.Length);
            await caller.CompleteAsync();

            Assert.Equal(unbroken.Words, caller.Words);
        }

        // What comes at a place comes before the audio there; the quarter of a second is announced, not sent.
        async Task SendAsync(ResumingCaller caller, int end)
        {
            foreach (int place in places.Where(place => place >= caller.Sent && place < end))
            {
                await caller.SendToAsync(place, 3_200);
                await caller.SendAsync(new() { Control = new Control { Finalize = new() } });
                if (place == places[0]) await caller.SendSilenceAsync(Second / 4);
            }

            await caller.SendToAsync(end, 3_200);
        }
    }

    [Fact]
    public async Task Resume_AfterAnUpdate_HasItInForce()
    {
        await using var server = await TestServer.StartAsync();
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(2 * Second, 3_200);
        await caller.SendAsync(new() { Control = new Control { Update = new ConfigUpdate { Biasing = new Biasing { Terms = { "one" } } } } });
        await caller.SendToAsync(3 * Second, 3_200);
        await caller.SettleAsync();
        Assert.True(caller.FinalCursor < TimeSpan.FromSeconds(2), $"{caller.FinalCursor} {string.Join('|', caller.Words)}");

        var started = await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length, 3_200);
        await caller.CompleteAsync();
        var old = caller.Resume;
        var updated = old.Clone();
        updated.Config.Recognition = new RecognitionOptions { Biasing = new Biasing { Terms = { "one" } } };

        Assert.Equal(3ul * Second / 2, started.ResendFrom.Sequence);
        Assert.Equal("CONFIG_MISMATCH", (await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Resume = old })).Reason);
        Assert.Equal(StatusCode.OK, (await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Resume = updated })).Code);
    }

    [Fact]
    public async Task Resume_CutAgainAndAgain_HasTheSameWords()
    {
        await using var server = await TestServer.StartAsync();
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        using var caller = await CutAsync(server, LiveCall.Config, 6 * Second);

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(6ul * Second / 2, (await caller.ConnectAsync(server.Client)).ResendFrom.Sequence);
            if (i % 2 == 0) caller.Dispose(); // else superseded while it is fed again
            if (i % 4 == 0) await DetachedAsync(server, 1);
        }

        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length, 3_200);
        await caller.CompleteAsync();
        Assert.Equal(whole.Words, caller.Words);
        await DetachedAsync(server, 0);
    }

    [Fact]
    public async Task Resume_CutAfterHalfClose_GetsTheFinals()
    {
        await using var server = await TestServer.StartAsync();
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech[..(6 * Second)]);
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(6 * Second, 3_200);
        await caller.ReadAsync(response => response.Cursors.AckedSequence == 6 * Second / 2);
        await caller.HalfCloseAsync();

        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(6 * Second, 3_200);
        await caller.CompleteAsync();

        Assert.Equal(whole.Words, caller.Words);
    }

    [Fact]
    public async Task Resume_TokenOfAnotherOrForged_DoesNotReachWhatIsKept()
    {
        await using var server = await TestServer.StartAsync();
        using var caller = await CutAsync(server, LiveCall.Config, 7 * Second);
        using var thief = await CutAsync(server, LiveCall.Config, 2 * Second);
        await DetachedAsync(server, 2);
        var forged = caller.Resume;
        forged.ResumeToken = ByteString.CopyFrom([.. forged.ResumeToken.Span[..^1], (byte)(forged.ResumeToken[^1] ^ 1)]);
        var swapped = caller.Resume;
        swapped.ResumeToken = thief.Token;

        foreach (var resume in new[] { forged, swapped })
        {
            var refused = await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Resume = resume });
            Assert.Equal((StatusCode.NotFound, "TOKEN_INVALID"), (refused.Code, refused.Reason));
        }

        Assert.Equal(7ul * Second / 2, (await caller.ConnectAsync(server.Client)).ResendFrom.Sequence);
        await DetachedAsync(server, 1);
    }

    [Fact]
    public async Task Resume_AfterItWentOnElsewhere_TakesNothingOfWhatIsKept()
    {
        await using var server = await TestServer.StartAsync(null, Key);
        await using var other = await TestServer.StartAsync(null, Key);
        using var unbroken = new ResumingCaller(Speech, LiveCall.Config);
        await unbroken.ConnectAsync(other.Client);
        await SendAsync(unbroken, Speech.Length);
        await unbroken.CompleteAsync();
        using var caller = await CutAsync(server, LiveCall.Config, 7 * Second);

        await caller.ConnectAsync(other.Client);
        await SendAsync(caller, (6 * Second) + 640); // with a finalize that the first instance never heard of
        await caller.ReadAsync(response => response.Cursors.AckedSequence == (ulong)caller.Sent / 2);
        var started = await caller.ConnectAsync(server.Client);
        Assert.True(started.ResendFrom.Sequence < 7ul * Second / 2);
        await SendAsync(caller, Speech.Length);
        await caller.CompleteAsync();

        Assert.Equal(unbroken.Words, caller.Words);

        static async Task SendAsync(ResumingCaller caller, int end)
        {
            if (caller.Sent <= 6 * Second)
            {
                await caller.SendToAsync(6 * Second, 3_200);
                await caller.SendAsync(new() { Control = new Control { Finalize = new() } });
            }

            await caller.SendToAsync(end, 3_200);
        }
    }

    [Fact]
    public async Task Cut_MoreThanAreKept_DropsTheOldestWhichResumesFromItsAudio()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Engine:MaxChannels=1");
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        using var first = await CutAsync(server, LiveCall.Config, 7 * Second);
        using var second = await CutAsync(server, LiveCall.Config, 6 * Second);
        using var third = await CutAsync(server, LiveCall.Config, 5 * Second);
        await DetachedAsync(server, 2);

        var oldest = await first.ConnectAsync(server.Client);
        Assert.InRange(oldest.ResendFrom.Sequence, first.Resume.FirstSequence, (7ul * Second / 2) - 1);
        await first.SendToAsync(Speech.Length, 3_200);
        await first.CompleteAsync();
        Assert.Equal(whole.Words, first.Words);

        Assert.Equal(6ul * Second / 2, (await second.ConnectAsync(server.Client)).ResendFrom.Sequence);
        await DetachedAsync(server, 1);
    }

    [Fact]
    public async Task Resume_WhenTheServerIsFull_KeepsTheSessionDetached()
    {
        await using var server = await TestServer.StartAsync(null, "Asr:Engine:MaxChannels=1");
        using var caller = await CutAsync(server, LiveCall.Config, 5 * Second);
        using var neighbour = new ResumingCaller(Speech, LiveCall.Config);
        await neighbour.ConnectAsync(server.Client);

        var refused = await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Resume = caller.Resume });
        await neighbour.CompleteAsync();

        Assert.Equal("SERVER_FULL", refused.Reason);
        Assert.Equal(5ul * Second / 2, (await caller.ConnectAsync(server.Client)).ResendFrom.Sequence);
    }

    [Fact]
    public async Task End_CompletedOrRefused_KeepsNothing()
    {
        await using var server = await TestServer.StartAsync();

        await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech[..Second]);
        var refused = await LiveCall.RunAsync(
            server.Client, new() { Config = LiveCall.Config }, LiveCall.Audio(Speech.AsSpan(0, Second)), LiveCall.Audio(new byte[2], 1 << 20));

        Assert.Equal("SEQUENCE_GAP", refused.Reason);
        await DetachedAsync(server, 0);
    }

    /// <summary>A session whose connection is gone after so many bytes, all of which were taken in and heard.</summary>
    private static async Task<ResumingCaller> CutAsync(TestServer server, StreamingConfig config, int bytes, byte[]? speech = null)
    {
        var caller = new ResumingCaller(speech ?? Speech, config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(bytes, bytes / 40);
        await caller.SettleAsync();
        caller.Dispose();
        await AsksAsync(server, stats => stats.SessionsActive == 0);
        return caller;
    }

    private static Task DetachedAsync(TestServer server, int count) =>
        AsksAsync(server, stats => stats.SessionsDetached == count);

    /// <summary>Asks until it is so: the server hears of a cut a little later.</summary>
    private static async Task AsksAsync(TestServer server, Predicate<GetStatsResponse> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!isSo(await new OperationsClient(server.Channel).GetStatsAsync(new(), cancellationToken: patience.Token)))
        {
        }
    }
}
