using AsrService.Engine;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Hosting.Tests.Errors;

[Trait("Category", "Unit")]
public class FailureMappingTests
{
    [Theory]
    [InlineData(AsrFailure.InvalidOptions, StatusCode.InvalidArgument, "BAD_VALUE")]
    [InlineData(AsrFailure.InvalidAudio, StatusCode.InvalidArgument, "AUDIO_DECODE")]
    [InlineData(AsrFailure.StreamLimitReached, StatusCode.ResourceExhausted, "SERVER_FULL")]
    [InlineData(AsrFailure.KvCacheExhausted, StatusCode.ResourceExhausted, "SERVER_FULL")]
    [InlineData(AsrFailure.ClientTooSlow, StatusCode.Aborted, "SLOW_READER")]
    [InlineData(AsrFailure.ModelFault, StatusCode.Internal, "ENGINE_FAULT")]
    [InlineData(AsrFailure.Stopping, StatusCode.Unavailable, "DRAINING")]
    [InlineData(AsrFailure.Unavailable, StatusCode.Unavailable, "LOADING")]
    public void ToRpcException_AFailure_HasItsStatusAndReason(AsrFailure failure, StatusCode code, string reason)
    {
        var answer = new AsrException(failure, "What happened.").ToRpcException("id").GetRpcStatus()!;

        Assert.Equal((int)code, answer.Code);
        Assert.Equal(reason, answer.GetDetail<ErrorInfo>()!.Reason);
        Assert.Equal("asr.v1", answer.GetDetail<ErrorInfo>()!.Domain);
    }

    [Fact]
    public void ToRpcException_EveryFailure_IsMapped()
    {
        foreach (var failure in Enum.GetValues<AsrFailure>()) new AsrException(failure, "").ToRpcException("");
    }

    [Fact]
    public void ToRpcException_NoPlace_SaysWhoseQuotaAndWhenToRetry()
    {
        var answer = new AsrException(AsrFailure.StreamLimitReached, "All 128 are taken.").ToRpcException("").GetRpcStatus()!;

        Assert.Equal("server", Assert.Single(answer.GetDetail<QuotaFailure>()!.Violations).Subject);
        Assert.True(answer.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
    }

    [Fact]
    public void ToRpcException_AFaultOfOurs_TellsTheIdAndNothingElse()
    {
        var answer = new AsrException(AsrFailure.ModelFault, "secret").ToRpcException("4711").GetRpcStatus()!;

        Assert.Equal("4711", answer.GetDetail<ErrorInfo>()!.Metadata["error_id"]);
        Assert.DoesNotContain("secret", answer.ToString(), StringComparison.Ordinal);
    }
}
