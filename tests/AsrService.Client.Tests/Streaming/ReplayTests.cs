using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client.Tests.Streaming;

/// <summary>What is sent again after a break, how much is kept, and when writing waits.</summary>
[Trait("Category", "Unit")]
public class ReplayTests
{
    private const int Second = 32_000;

    [Fact]
    public async Task Resume_AmidUpdatesAndFinalizes_HasTheConfigAtTheCursorAndSendsTheRestAtItsPlaces()
    {
        V1.Resume? resume = null;
        List<V1.StreamingTranscribeRequest>? again = null;
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                await call.GreetAsync("one");
                await call.ReadAudioAsync(TimeSpan.FromSeconds(3));
                await call.FlowAsync("two", TimeSpan.FromSeconds(2));
                throw call.Failure(StatusCode.Unavailable, "");
            },
            async call =>
            {
                resume = (await call.GreetAsync("three", resendFrom: 16_000 * 18 / 10)).Resume;
                again = await call.EndAsync();
            });
        await using var client = new AsrClient(service.Address, Callers.Quick);
        await using var stream = await client.StreamAsync(new StreamOptions { Biasing = new() { Terms = ["first"] } });
        var reading = Heard.OfAsync(stream.Events);

        await stream.WriteAsync(Tone(1.9));
        await stream.UpdateAsync(new() { Biasing = new() { Terms = ["before"] } });
        await stream.FinalizeAsync();
        await stream.WriteAsync(Tone(0.1));
        await stream.FinalizeAsync();
        await stream.UpdateAsync(new() { Biasing = new() { Terms = ["at"] } });
        await stream.SilenceAsync(TimeSpan.FromSeconds(0.25));
        await stream.UpdateAsync(new() { Language = new() { Languages = ["en"] } });
        await stream.WriteAsync(Tone(0.75));
        await stream.CompleteAsync();
        var heard = await reading;

        Assert.Equal("two", resume!.ResumeToken.ToStringUtf8());
        Assert.Equal(24_000ul, resume.FirstSequence);
        Assert.Equal(["before"], resume.Config.Recognition.Biasing.Terms);
        Assert.Equal(
            ["audio 28800+1600", "audio 30400+1600", "finalize", "at", "silence 32000+1600", "silence 33600+1600", "silence 35200+800",
                "en", "audio 36000+1600"],
            again!.Take(9).Select(Describe));
        Assert.Equal(48_000, again!.Where(request => request.Audio is not null).Max(request => (int)request.Audio.Sequence + (request.Audio.Data.Length / 2)));
        Assert.Equal(TimeSpan.FromSeconds(1.8), Assert.Single(heard.Events.OfType<ResumedEvent>()).From);
        Assert.Equal(TimeSpan.FromSeconds(3), heard.Ended.Audio);
    }

    [Fact]
    public async Task Update_TwiceAtOnePlace_IsOne()
    {
        List<V1.StreamingTranscribeRequest>? sent = null;
        var gate = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                await call.GreetAsync("one");
                await call.ReadAsync();
                throw call.Failure(StatusCode.Unavailable, "");
            },
            async call =>
            {
                await gate.Task;
                await call.GreetAsync("one", resendFrom: 0);
                sent = await call.EndAsync();
            });
        await using var client = new AsrClient(service.Address, Callers.Quick);
        await using var stream = await client.StreamAsync();
        var reading = Heard.OfAsync(stream.Events);

        for (int i = 0; i < 1_000; i++)
        {
            await stream.UpdateAsync(new() { Biasing = new() { Context = $"context {i}" } });
            await stream.UpdateAsync(new() { Endpointing = new() { MinSilence = TimeSpan.FromSeconds(1) } });
            await stream.FinalizeAsync();
        }

        gate.SetResult();
        await stream.CompleteAsync();
        await reading;

        var updates = sent!.Where(request => request.Control?.Update is not null).Select(request => request.Control.Update).ToList();
        Assert.InRange(sent!.Count, 1, 3);
        Assert.Equal("context 999", updates[^1].Biasing.Context);
        Assert.Equal(1, updates[^1].Endpointing.MinSilence.Seconds);
    }

    [Theory]
    [InlineData(44_100)]
    [InlineData(11_025)]
    [InlineData(8_001)]
    public async Task Silence_AtAnOddRate_IsToTheFrame(int rate)
    {
        List<V1.StreamingTranscribeRequest>? sent = null;
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            sent = await call.EndAsync();
        });
        await using var client = new AsrClient(service.Address);
        await using var stream = await client.StreamAsync(new() { Format = new AudioFormat(AudioEncoding.Pcm16, rate) });
        var reading = Heard.OfAsync(stream.Events);

        await stream.SilenceAsync(TimeSpan.FromSeconds(1.2345));
        await stream.CompleteAsync();
        await reading;

        long next = 0;
        foreach (var silence in sent!.Select(request => request.Silence))
        {
            Assert.Equal((ulong)next, silence.Sequence);
            next += (long)(((Int128)silence.Duration.Seconds * 1_000_000_000 + silence.Duration.Nanos) * rate / 1_000_000_000);
        }

        Assert.Equal((long)(1.2345 * rate), next);
    }

    [Fact]
    public async Task Write_WhileTheServiceDoesNotRead_Waits()
    {
        var gate = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            await gate.Task;
            await call.FlowAsync("one");
            await call.EndAsync();
        });
        await using var client = new AsrClient(service.Address);
        await using var stream = await client.StreamAsync(new() { MaxUnsent = TimeSpan.FromSeconds(5), MaxKept = TimeSpan.FromMinutes(10) });
        var reading = Heard.OfAsync(stream.Events);

        var writing = stream.WriteAsync(new byte[120 * Second]);

        Assert.False(writing.IsCompleted);
        Assert.True(stream.Written < TimeSpan.FromSeconds(60));
        gate.SetResult();
        await writing;
        await stream.CompleteAsync();
        Assert.Equal(TimeSpan.FromSeconds(120), (await reading).Ended.Audio);
    }

    [Fact]
    public async Task Write_WhileTheFinalCursorStandsStill_WaitsAtWhatIsKept()
    {
        var kept = TimeSpan.FromSeconds(65);
        TimeSpan written = default;
        AsrStream? stream = null;
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            await call.ReadAudioAsync(kept);
            written = stream!.Written;
            await call.FlowAsync("two", TimeSpan.FromSeconds(60.5));
            await call.EndAsync();
        });
        await using var client = new AsrClient(service.Address);
        await using var opened = stream = await client.StreamAsync(new() { MaxKept = kept });
        var reading = Heard.OfAsync(stream.Events);

        await stream.WriteAsync(new byte[125 * Second]);
        await stream.CompleteAsync();
        await reading;

        Assert.Equal(kept, written);
    }

    [Fact]
    public async Task Write_Cancelled_EndsWaitingAndTheStreamGoesOn()
    {
        var gate = new TaskCompletionSource();
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one");
            await gate.Task;
            await call.EndAsync();
        });
        await using var client = new AsrClient(service.Address);
        await using var stream = await client.StreamAsync(new() { MaxUnsent = TimeSpan.FromSeconds(1) });
        var reading = Heard.OfAsync(stream.Events);
        using var cancel = new CancellationTokenSource();

        var writing = stream.WriteAsync(new byte[60 * Second], cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        gate.SetResult();
        await stream.CompleteAsync();
        Assert.Equal(stream.Written, (await reading).Ended.Audio);
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.WriteAsync(new byte[2]));
    }

    [Fact]
    public async Task Pause_OfTheCaller_IsBridgedBySignsOfLife()
    {
        var limits = new V1.Limits { MaxIdle = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(150)) };
        V1.StreamingTranscribeRequest? sign = null;
        await using var service = await ScriptedService.StartAsync(async call =>
        {
            await call.GreetAsync("one", limits: limits);
            sign = await call.ReadAsync();
            await call.FlowAsync();
            await call.EndAsync();
        });
        await using var client = new AsrClient(service.Address);
        await using var stream = await client.StreamAsync();

        await foreach (var happened in stream.Events)
        {
            if (happened is FlowEvent) await stream.CompleteAsync();
        }

        Assert.NotNull(sign!.Control.KeepAlive);
    }

    [Fact]
    public async Task Stream_WithoutASignOfLife_TakesTheConnectionForDead()
    {
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                await call.GreetAsync("one");
                await Task.Delay(Timeout.Infinite, call.Context.CancellationToken);
            },
            async call =>
            {
                await call.GreetAsync("one", resendFrom: 0);
                await call.EndAsync();
            });
        await using var client = new AsrClient(service.Address, Callers.Quick with { Reconnect = Callers.Quick.Reconnect with { DeadAfter = TimeSpan.FromSeconds(6) } });
        await using var stream = await client.StreamAsync();
        var reading = Heard.OfAsync(stream.Events);
        await stream.CompleteAsync();

        var told = Assert.Single((await reading).Events.OfType<ReconnectingEvent>());
        Assert.Equal("Nothing came for 00:00:06.", told.Failure.Message);
    }

    [Fact]
    public async Task Resume_WithATokenThatIsNotValid_BeginsAnewWhereAllWasFinal()
    {
        V1.StreamingConfig? config = null;
        List<V1.StreamingTranscribeRequest>? again = null;
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                await call.GreetAsync("one");
                await call.ReadAudioAsync(TimeSpan.FromSeconds(3));
                await call.WriteAsync(Final("a", 1, 2), "two", TimeSpan.FromSeconds(2));
                throw call.Failure(StatusCode.Unavailable, "");
            },
            call => throw call.Failure(StatusCode.NotFound, "TOKEN_INVALID"),
            async call =>
            {
                config = (await call.GreetAsync("new")).Config;
                again = await call.ReadAudioAsync(TimeSpan.FromSeconds(1));
                await call.WriteAsync(Final("b", 0.5, 1), "newer", TimeSpan.FromSeconds(1));
                await call.EndAsync();
            });
        await using var client = new AsrClient(service.Address, Callers.Quick);
        await using var stream = await client.StreamAsync();
        var reading = Heard.OfAsync(stream.Events);

        await stream.WriteAsync(Tone(1));
        await stream.UpdateAsync(new() { Biasing = new() { Terms = ["before"] } });
        await stream.WriteAsync(Tone(2));
        await stream.CompleteAsync();
        var heard = await reading;

        Assert.Equal(["before"], config!.Recognition.Biasing.Terms);
        Assert.Equal("audio 0+1600", Describe(again![0]));
        var resumed = Assert.Single(heard.Events.OfType<ResumedEvent>());
        Assert.Equal((true, TimeSpan.FromSeconds(2)), (resumed.IsNewSession, resumed.From));
        Assert.Equal(["0 00:00:01 00:00:02 a", "0 00:00:02.5000000 00:00:03 b"], heard.Words);
    }

    [Fact]
    public async Task Resume_BeginningAnewWithChannelsApart_SilencesWhatIsFinal()
    {
        List<V1.StreamingTranscribeRequest>? again = null;
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                await call.GreetAsync("one");
                await call.ReadAudioAsync(TimeSpan.FromSeconds(2.1)); // all: it counts the bytes of one channel
                var final = Final("a", 0.5, 1.5);
                final.Result.Channel = 1;
                await call.WriteAsync(final, "two", TimeSpan.FromSeconds(1));
                throw call.Failure(StatusCode.Unavailable, "");
            },
            call => throw call.Failure(StatusCode.NotFound, "TOKEN_INVALID"),
            async call =>
            {
                await call.GreetAsync("new");
                again = await call.EndAsync();
            });
        await using var client = new AsrClient(service.Address, Callers.Quick);
        await using var stream = await client.StreamAsync(new() { Format = new(AudioEncoding.Pcm16, 16_000, 2) });
        var reading = Heard.OfAsync(stream.Events);

        byte[] audio = new byte[2 * 2 * Second];
        audio.AsSpan().Fill(7);
        await stream.WriteAsync(audio);
        await stream.CompleteAsync();
        await reading;

        byte[] sent = [.. again!.SelectMany(request => request.Audio.Data)];
        Assert.Equal(2 * Second, sent.Length); // from 1 s on
        for (int frame = 0; frame < sent.Length / 4; frame++)
        {
            byte expected = frame < 8_000 ? (byte)0 : (byte)7;
            Assert.Equal([7, 7, expected, expected], sent[(frame * 4)..((frame * 4) + 4)]);
        }
    }

    [Fact]
    public async Task Events_ThatComeAgain_AreTakenOnce()
    {
        await using var service = await ScriptedService.StartAsync(
            async call =>
            {
                await call.GreetAsync("one");
                await call.WriteAsync(new() { Result = new() { ResultId = "a", Revision = 3, StableText = "stable ", TentativeText = "not", Channel = 0 } });
                await SayAsync(call);
                throw call.Failure(StatusCode.Unavailable, "");
            },
            async call =>
            {
                await call.GreetAsync("one", resendFrom: 0);
                await SayAsync(call);
                await call.WriteAsync(new() { Speech = new() { Boundary = V1.SpeechBoundary.End, Offset = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)) } });
                await call.EndAsync();
            });
        await using var client = new AsrClient(service.Address, Callers.Quick);

        var heard = await Heard.OfAsync(client, new byte[Second]);

        Assert.Equal(["a"], heard.Finals.Select(final => final.Text));
        var partial = Assert.Single(heard.Events.OfType<PartialEvent>());
        Assert.Equal(("a", 3, "stable ", "not", "stable not"), (partial.ResultId, partial.Revision, partial.StableText, partial.TentativeText, partial.Text));
        Assert.Equal(["0 True 00:00:01", "0 False 00:00:02"], heard.Speech);
        Assert.Equal("resampled", Assert.Single(heard.Events.OfType<WarningEvent>()).Warning.Message);

        static async Task SayAsync(ScriptedCall call)
        {
            await call.WriteAsync(new() { Warning = new() { Code = V1.WarningCode.Resampled, Message = "resampled" } });
            await call.WriteAsync(new() { Speech = new() { Boundary = V1.SpeechBoundary.Begin, Offset = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) } });
            await call.WriteAsync(Final("a", 1, 2));
            await call.WriteAsync(new() { Result = new() { ResultId = "a", StableText = "late" } });
        }
    }

    private static V1.StreamingTranscribeResponse Final(string text, double start, double end) => new()
    {
        Result = new()
        {
            ResultId = text,
            StableText = text,
            IsFinal = true,
            Start = Duration.FromTimeSpan(TimeSpan.FromSeconds(start)),
            End = Duration.FromTimeSpan(TimeSpan.FromSeconds(end)),
        },
    };

    private static byte[] Tone(double seconds) => new byte[(int)(seconds * 16_000) * 2];

    private static string Describe(V1.StreamingTranscribeRequest request) => request switch
    {
        { Audio: { } audio } => $"audio {audio.Sequence}+{audio.Data.Length / 2}",
        { Silence: { } silence } => $"silence {silence.Sequence}+{silence.Duration.ToTimeSpan().TotalSeconds * 16_000}",
        { Control.Finalize: not null } => "finalize",
        { Control.Update.Biasing: { } biasing } => biasing.Terms.Single(),
        { Control.Update.Language: { } language } => language.Languages.Single(),
        _ => request.RequestCase.ToString(),
    };
}
