using AsrService.Contracts.Errors;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Rpc.Tests;

[Trait("Category", "EndToEnd")]
public class RichErrorTests
{
    [Fact]
    public async Task Unary_StatusWithDetails_ArrivesWhole()
    {
        await using var server = await RpcServer.StartAsync();
        var thrown = RichStatus.Of(
            StatusCode.ResourceExhausted,
            "128 of 128 streams are taken – retry.",
            RichStatus.BadField("config.channels", "9 is not in 1..8.", "OUT_OF_RANGE"),
            RichStatus.RetryAfter(TimeSpan.FromMilliseconds(1500)),
            RichStatus.Cause("SLOW_READER", "asr", ("resume_token", "abc")),
            RichStatus.Unmet("ORDER", "config", "Send config first."),
            RichStatus.Exceeded("server", "128 streams"));
        server.Handlers.Unary = (_, _) => throw thrown.ToRpcException();

        var failure = await server.Client().Unary([1]).ResponseAsync.FailsAsync(StatusCode.ResourceExhausted);
        var status = failure.GetRpcStatus()!;

        Assert.Equal(thrown, status);
        Assert.Equal(thrown.Message, failure.Status.Detail);
        Assert.Equal("config.channels", Assert.Single(status.GetDetail<BadRequest>()!.FieldViolations).Field);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), status.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan());
        Assert.Equal("abc", status.GetDetail<ErrorInfo>()!.Metadata["resume_token"]);
        Assert.Equal("ORDER", Assert.Single(status.GetDetail<PreconditionFailure>()!.Violations).Type);
        Assert.Equal("server", Assert.Single(status.GetDetail<QuotaFailure>()!.Violations).Subject);
    }
}
