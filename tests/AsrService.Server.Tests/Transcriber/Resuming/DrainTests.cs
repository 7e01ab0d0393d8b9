using System.Security.Cryptography;
using AsrService.Contracts.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Server.Tests.Transcriber.Resuming;

[Trait("Category", "EndToEnd")]
public class DrainTests
{
    private static readonly string Key = "Asr:Resume:Key=" + Convert.ToBase64String(SHA256.HashData("one"u8));

    private static readonly byte[] Speech = Clips.Interview(12);

    [Fact]
    public async Task Drain_WhileACallRuns_RefusesOthersAndLetsItFinish()
    {
        await using var server = await TestServer.StartAsync(null, Key, "Asr:Drain:GracePeriod=00:02:00");
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length / 2, 3_200);

        var stopping = server.StopAsync();
        var flow = await caller.ReadAsync(response => response.Flow?.Advice == FlowAdvice.Reconnect);
        var refused = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        using var http = new HttpClient();
        var ready = await http.GetAsync(new Uri(server.Addresses.Http, "/healthz/ready"), TestContext.Current.CancellationToken);
        await caller.SendToAsync(Speech.Length, 3_200);
        await caller.CompleteAsync();
        await stopping;

        Assert.NotEmpty(flow.ResumeToken);
        Assert.Equal((StatusCode.Unavailable, "DRAINING"), (refused.Code, refused.Reason));
        Assert.NotNull(refused.Status.GetDetail<RetryInfo>());
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(whole.Words, caller.Words);
    }

    [Fact]
    public async Task Drain_BeyondTheGracePeriod_HandsATokenThatWorksElsewhere()
    {
        await using var server = await TestServer.StartAsync(null, Key, "Asr:Drain:GracePeriod=00:00:01");
        await using var other = await TestServer.StartAsync(null, Key);
        var whole = await LiveCall.RunAsync(server.Client, LiveCall.Config, Speech);
        using var caller = new ResumingCaller(Speech, LiveCall.Config);
        await caller.ConnectAsync(server.Client);
        await caller.SendToAsync(Speech.Length * 2 / 3, 3_200);

        var stopping = server.StopAsync();
        var ended = await caller.ReadAsync(response => response.Ended is not null);
        var failure = await caller.FailAsync();
        await stopping;
        var info = failure.GetRpcStatus()!.GetDetail<ErrorInfo>()!;
        Assert.Equal(EndReason.Drain, ended.Ended.Reason);
        Assert.Equal((StatusCode.Unavailable, "DRAINING"), (failure.StatusCode, info.Reason));
        Assert.Equal(ended.ResumeToken.Length, ByteString.FromBase64(info.Metadata["resume_token"]).Length);

        await caller.ConnectAsync(other.Client);
        await caller.SendToAsync(Speech.Length, 3_200);
        await caller.CompleteAsync();
        Assert.Equal(whole.Words, caller.Words);
    }
}
