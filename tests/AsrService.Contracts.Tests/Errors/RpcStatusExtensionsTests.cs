using AsrService.Contracts.Errors;
using Google.Rpc;
using Grpc.Core;
using Xunit;

namespace AsrService.Contracts.Tests.Errors;

[Trait("Category", "Unit")]
public sealed class RpcStatusExtensionsTests
{
    [Fact]
    public void GetRpcStatus_OfToRpcException_IsTheSame()
    {
        var status = RichStatus.Of(StatusCode.Aborted, "Idle.", RichStatus.Cause("IDLE", "asr.v1"));

        var exception = status.ToRpcException();

        Assert.Equal((StatusCode.Aborted, "Idle."), (exception.StatusCode, exception.Status.Detail));
        Assert.Equal(status, exception.GetRpcStatus());
        Assert.Equal("IDLE", exception.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }

    [Fact]
    public void GetRpcStatus_NoneOrUnreadable_IsNull()
    {
        var code = new Grpc.Core.Status(StatusCode.Internal, "");

        Assert.Null(new RpcException(code).GetRpcStatus());
        Assert.Null(new RpcException(code, new Metadata { { "grpc-status-details-bin", [255, 255] } }).GetRpcStatus());
        Assert.Null(new Google.Rpc.Status().GetDetail<RetryInfo>());
    }
}
