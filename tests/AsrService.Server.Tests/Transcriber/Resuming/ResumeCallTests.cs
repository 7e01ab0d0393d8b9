using System.Security.Cryptography;
using AsrService.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Server.Tests.Transcriber.Resuming;

[Trait("Category", "EndToEnd")]
public class ResumeCallTests(ITestOutputHelper output)
{
    private static readonly string Key = "Asr:Resume:Key=" + Convert.ToBase64String(SHA256.HashData("one"u8));

    private static readonly byte[] Speech = Clips.Interview(12);

    [Fact]
    public async Task Resume_OnTheOtherInstanceAtManyPlaces_LosesAndDoublesNothing()
    {
        await using var one = await TestServer.StartAsync(null, Key);
        await using var other = await TestServer.StartAsync(null, Key);
        var whole = await LiveCall.RunAsync(one.Client, LiveCall.Config, Speech);
        Assert.NotEmpty(whole.Finals);
        var random = new Random(1);

        for (int i = 0; i < 24; i++)
        {
            using var caller = new ResumingCaller(Speech, LiveCall.Config);
            await caller.ConnectAsync(one.Client);
            int breakAt = (i + 1) * (Speech.Length / 50) * 2;
            await caller.SendToAsync(breakAt, 3_200);
            if (i % 3 == 0) await caller.ReadAsync(response => response.Flow is not null);
            var started = await caller.ConnectAsync(i % 2 == 0 ? other.Client : one.Client);
            Assert.True(started.Resumed);
            Assert.True(started.ResendFrom.Sequence >= caller.Resume.FirstSequence || caller.FinalCursor == TimeSpan.Zero);
            await caller.SendToAsync(Math.Min(Speech.Length, breakAt + random.Next(2, 20_000) * 2), random.Next(320, 6_400));
            await caller.ConnectAsync(other.Client);
            await caller.SendToAsync(Speech.Length, random.Next(320, 6_400));
            await caller.CompleteAsync();

            Assert.Equal(whole.Words, caller.Words);
            if (i == 23) output.WriteLine($"tokens of at most {caller.MostTokenBytes} bytes");
        }

        Assert.Empty(one.Errors.Lines);
        Assert.Empty(other.Errors.Lines);
    }

    [Fact]
    public async Task Resume_WithSomethingWrong_HasItsStatus()
    {
        await using var server = await TestServer.StartAsync(null, Key);
        await using var foreign = await TestServer.StartAsync();
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length, 3_200);
        await caller.CompleteAsync();
        Assert.True(caller.FinalCursor > TimeSpan.FromSeconds(6));

        var otherConfig = await RunAsync(server, resume => resume.Config.Interim = new InterimOptions { Disabled = true });
        Assert.Equal((StatusCode.FailedPrecondition, "CONFIG_MISMATCH"), (otherConfig.Code, otherConfig.Reason));
        Assert.NotNull(otherConfig.Status.GetDetail<PreconditionFailure>());

        var late = await RunAsync(server, resume => resume.FirstSequence = ulong.MaxValue);
        Assert.Equal((StatusCode.OutOfRange, "RESUME_GAP"), (late.Code, late.Reason));
        ulong needed = ulong.Parse(late.Status.GetDetail<ErrorInfo>()!.Metadata["needed_sequence"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(needed, caller.Resume.FirstSequence, (ulong)(caller.FinalCursor.TotalSeconds * 16_000));

        foreach (var outcome in new[]
        {
            await RunAsync(server, resume => resume.SessionId = "another"),
            await RunAsync(server, resume => resume.ResumeToken = ByteString.CopyFrom(Flip(resume.ResumeToken.ToByteArray()))),
            await RunAsync(server, resume => resume.ResumeToken = ByteString.Empty),
            await RunAsync(foreign, _ => { }),
        })
        {
            Assert.Equal((StatusCode.NotFound, "TOKEN_INVALID"), (outcome.Code, outcome.Reason));
            Assert.Empty(outcome.Responses);
        }

        var spelt = await RunAsync(server, resume => resume.Config.Endpointing = new EndpointingOptions
        {
            MinSilence = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(500)),
        });
        Assert.Equal(StatusCode.OK, spelt.Code);
        Assert.Equal(caller.FinalCursor, spelt.Responses[0].Cursors.Final.ToTimeSpan());

        var noSequence = await RunAsync(server, _ => { }, LiveCall.Audio(new byte[320]));
        Assert.Equal((StatusCode.InvalidArgument, "BAD_VALUE"), (noSequence.Code, noSequence.Reason));
        Assert.Equal(0, server.Engine.Health.Channels);

        Task<LiveOutcome> RunAsync(TestServer at, Action<Resume> change, params StreamingTranscribeRequest[] more)
        {
            var resume = caller.Resume.Clone();
            change(resume);
            return LiveCall.RunAsync(at.Client, [new() { Resume = resume }, .. more]);
        }
    }

    [Fact]
    public async Task Resume_WhileTheOlderCallRuns_SupersedesItAndTakesItsPlace()
    {
        await using var server = await TestServer.StartAsync(null, Key, "Asr:Engine:MaxChannels=1");
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        using var older = new ResumingCaller(Speech, LiveCall.Config);
        await older.ConnectAsync(server.Client);
        await older.SendToAsync(Speech.Length / 2, 3_200);

        using var newer = server.Client.StreamingTranscribe();
        await newer.RequestStream.WriteAsync(new() { Resume = older.Resume });
        Assert.True(await newer.ResponseStream.MoveNext(CancellationToken.None));
        var ended = await older.ReadAsync(response => response.Ended is not null);
        var failure = await older.FailAsync();

        Assert.Equal(EndReason.Superseded, ended.Ended.Reason);
        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        var info = failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!;
        Assert.Equal("SUPERSEDED", info.Reason);
        Assert.DoesNotContain("resume_token", info.Metadata.Keys);
        Assert.True(newer.ResponseStream.Current.Started.Resumed);
        await older.ConnectAsync(server.Client);
        await older.SendToAsync(Speech.Length, 6_400);
        await older.CompleteAsync();
        Assert.Equal(whole.Words, older.Words);
    }

    [Fact]
    public async Task Resume_AfterAnUpdateAndAFinalize_TakesTheConfigAtTheCursor()
    {
        await using var server = await TestServer.StartAsync(null, Key);
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length / 2, 3_200);
        await caller.SendAsync(new() { Control = new Control { Finalize = new() } });
        await caller.SendAsync(new() { Control = new Control { Update = new ConfigUpdate { Biasing = new Biasing { Terms = { "one" } } } } });
        await caller.SendToAsync(Speech.Length, 3_200);
        await caller.CompleteAsync();

        var old = caller.Resume;
        var updated = old.Clone();
        updated.Config.Recognition = new RecognitionOptions { Biasing = new Biasing { Terms = { "one" } } };

        Assert.Equal("CONFIG_MISMATCH", (await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Resume = old })).Reason);
        Assert.Equal(StatusCode.OK, (await LiveCall.RunAsync(server.Client, new StreamingTranscribeRequest { Resume = updated })).Code);
    }

    [Fact]
    public async Task Resume_AfterTheSessionLimit_GoesOnBehindItsFinals()
    {
        await using var server = await TestServer.StartAsync(null, Key, "Asr:Limits:MaxSession=00:00:05");
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length / 2, 3_200);
        var ended = await caller.ReadAsync(response => response.Ended is not null);
        Assert.Equal((EndReason.SessionLimit, TimeSpan.FromSeconds(5)), (ended.Ended.Reason, ended.Cursors.Final.ToTimeSpan()));
        await caller.FailAsync();

        Assert.True((await caller.ConnectAsync(server.Client)).Resumed);
        Assert.InRange(caller.Sent, 4 * 32_000, 5 * 32_000);
        await caller.SendToAsync(9 * 32_000, 3_200);
        await caller.CompleteAsync();
        Assert.True(caller.FinalCursor > TimeSpan.FromSeconds(8));
    }

    private static byte[] Flip(byte[] token)
    {
        token[token.Length / 2] ^= 1;
        return token;
    }
}
