using AsrService.Contracts.V1;
using AsrService.Server.Tests.Diagnostics;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using static AsrService.Server.Tests.ServiceGateTests;

namespace AsrService.Server.Tests.Transcriber;

/// <summary>What belongs to a tenant: sessions, streams, audio.</summary>
[Trait("Category", "EndToEnd")]
public class TenantTests
{
    private static readonly byte[] Speech = Clips.Interview(12);

    private static readonly AudioFormat Raw = new() { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = 16_000 };

    [Fact]
    public async Task Resume_WithAnotherTenantsToken_IsLikeAForgedOne()
    {
        await using var server = await TestServer.StartAsync(null, Keys);
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.ClientWith(Acme));
        await caller.SendToAsync(Speech.Length / 2, 3_200);

        var stolen = await LiveCall.RunAsync(server.ClientWith(Umbrella), new StreamingTranscribeRequest { Resume = caller.Resume });

        Assert.Equal((StatusCode.NotFound, "TOKEN_INVALID"), (stolen.Code, stolen.Reason));
        Assert.Empty(stolen.Responses);
        // Nor has the thief ended the call, and its own tenant goes on.
        await caller.SendToAsync(Speech.Length * 3 / 4, 3_200);
        Assert.True((await caller.ConnectAsync(server.ClientWith(Acme))).Resumed);
        await caller.SendToAsync(Speech.Length, 3_200);
        await caller.CompleteAsync();
        Assert.NotEmpty(caller.Words);
    }

    [Fact]
    public async Task Streams_OverTheQuota_AreRefusedOfEveryKind_AndOthersAreNot()
    {
        await using var server = await TestServer.StartAsync(null, [.. Keys, "Asr:Quotas:MaxStreams=2"]);
        var (acme, umbrella) = (server.ClientWith(Acme), server.ClientWith(Umbrella));
        using var live = new LiveCall(acme);
        await live.SendAsync(new() { Config = LiveCall.Config });
        await live.StartedAsync();
        using var file = acme.TranscribeFile();
        await file.RequestStream.WriteAsync(new() { Config = new TranscribeFileConfig { AudioFormat = Raw } });
        Assert.True(await file.ResponseStream.MoveNext(CancellationToken.None));

        var refused = await LiveCall.RunAsync(acme, LiveCall.Config, []);
        var unary = await Assert.ThrowsAsync<RpcException>(() => acme.TranscribeAsync(Short(1)).ResponseAsync);
        var otherTenant = await umbrella.TranscribeAsync(Short(1));

        Assert.Equal((StatusCode.ResourceExhausted, "TENANT_QUOTA"), (refused.Code, refused.Reason));
        Assert.Equal("tenant:acme", Assert.Single(refused.Status.GetDetail<QuotaFailure>()!.Violations).Subject);
        Assert.NotNull(refused.Status.GetDetail<RetryInfo>());
        Assert.Equal("TENANT_QUOTA", unary.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.Equal(TimeSpan.FromSeconds(1), otherTenant.AudioDuration.ToTimeSpan());
        using var http = new HttpClient { BaseAddress = server.Addresses.Http };
        Assert.Equal(1, (await Exposition.ScrapeAsync(http))["asr_sessions_rejected_total"].Samples["asr_sessions_rejected_total{reason=\"tenant_quota\"}"]);
        await live.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await live.EndAsync()).Code);
        await acme.TranscribeAsync(Short(1)); // whose place that was
    }

    [Fact]
    public async Task Resume_WithAllStreamsTaken_GetsThePlaceOfTheOlderCall()
    {
        await using var server = await TestServer.StartAsync(null, [.. Keys, "Asr:Quotas:MaxStreams=1"]);
        using var older = new ResumingCaller(Speech, LiveCall.Config);
        await older.ConnectAsync(server.ClientWith(Acme));
        await older.SendToAsync(Speech.Length / 2, 3_200);

        using var newer = server.ClientWith(Acme).StreamingTranscribe();
        await newer.RequestStream.WriteAsync(new() { Resume = older.Resume });

        Assert.True(await newer.ResponseStream.MoveNext(CancellationToken.None));
        Assert.True(newer.ResponseStream.Current.Started.Resumed);
        Assert.Equal("TENANT_QUOTA", (await LiveCall.RunAsync(server.ClientWith(Acme), LiveCall.Config, [])).Reason);
    }

    [Fact]
    public async Task Channels_OverTheQuota_AreRefused()
    {
        await using var server = await TestServer.StartAsync(null, [.. Keys, "Asr:Quotas:MaxStreams=2", "Asr:Quotas:Tenants:umbrella:MaxStreams=3"]);
        var config = LiveCall.Config;
        config.AudioFormat.Channels = 3;

        Assert.Equal("TENANT_QUOTA", (await LiveCall.RunAsync(server.ClientWith(Acme), config, [])).Reason);
        Assert.Equal(StatusCode.OK, (await LiveCall.RunAsync(server.ClientWith(Umbrella), config, [])).Code);
    }

    [Fact]
    public async Task LiveCall_CrossingItsAudio_GivesAllFinalsAndAToken()
    {
        await using var server = await TestServer.StartAsync(null, [.. Keys, "Asr:Quotas:MaxAudio=00:00:06"]);
        var acme = server.ClientWith(Acme);
        var allowed = await LiveCall.RunAsync(server.ClientWith(Umbrella), LiveCall.Config, Clips.Interview(6));

        var outcome = await LiveCall.RunAsync(acme, LiveCall.Config, Speech, chunk: 32_000);

        Assert.Equal(StatusCode.OK, allowed.Code);
        Assert.Equal((StatusCode.ResourceExhausted, "TENANT_QUOTA", EndReason.TenantQuota), (outcome.Code, outcome.Reason, outcome.Ended));
        // The message that crosses it is taken in, the next one is not.
        Assert.Equal(TimeSpan.FromSeconds(7), outcome.Responses[^1].Ended.Totals.Audio.ToTimeSpan());
        Assert.NotEmpty(outcome.Finals);
        Assert.Equal(outcome.Responses[^1].Cursors.Received, outcome.Responses[^1].Cursors.Final);
        Assert.NotEmpty(outcome.Status.GetDetail<ErrorInfo>()!.Metadata["resume_token"]);
        Assert.InRange(outcome.Status.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.FromTicks(1), TimeSpan.FromHours(24));
        var next = await LiveCall.RunAsync(acme, LiveCall.Config, Speech);
        Assert.Equal((StatusCode.ResourceExhausted, "TENANT_QUOTA"), (next.Code, next.Reason));
        Assert.Empty(next.Responses);
    }

    [Fact]
    public async Task Recordings_CrossingTheirAudio_AreRefusedFromThatPlaceOn()
    {
        await using var server = await TestServer.StartAsync(null, [.. Keys, "Asr:Quotas:MaxAudio=00:00:08"]);
        var config = new TranscribeFileConfig { AudioFormat = Raw, File = new() { Segmentation = Segmentation.Live } };

        using var call = server.ClientWith(Acme).TranscribeFile();
        await call.RequestStream.WriteAsync(new() { Config = config });
        foreach (var chunk in Clips.Interview(20).Chunk(64 * 1024)) await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(chunk) });
        await call.RequestStream.CompleteAsync();
        var segments = new List<Segment>();
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                if (call.ResponseStream.Current.Segment is { } segment) segments.Add(segment);
            }
        });
        var unary = await Assert.ThrowsAsync<RpcException>(() => server.ClientWith(Umbrella).TranscribeAsync(Short(12)).ResponseAsync);

        Assert.Equal("TENANT_QUOTA", failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.NotEmpty(segments);
        Assert.All(segments, segment => Assert.InRange(segment.End.ToTimeSpan(), TimeSpan.Zero, TimeSpan.FromSeconds(12)));
        Assert.Equal("TENANT_QUOTA", unary.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Recording_ReadTwice_CountsOnce()
    {
        await using var server = await TestServer.StartAsync(null, [.. Keys, "Asr:Quotas:MaxAudio=00:00:09"]);
        var floats = new AudioFormat { Encoding = AudioEncoding.PcmF32Le, SampleRateHertz = 8_000 }; // whose peak is looked for first
        var request = new TranscribeRequest { AudioFormat = floats, Audio = ByteString.CopyFrom(new byte[4 * 8_000 * 4]) };

        await server.ClientWith(Acme).TranscribeAsync(request);
        await server.ClientWith(Acme).TranscribeAsync(request);
        var third = await Assert.ThrowsAsync<RpcException>(() => server.ClientWith(Acme).TranscribeAsync(request).ResponseAsync);

        Assert.Equal("TENANT_QUOTA", third.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }

    private static TranscribeRequest Short(double seconds) => new()
    {
        AudioFormat = Raw, Audio = ByteString.CopyFrom(Clips.Interview(seconds)),
    };
}
