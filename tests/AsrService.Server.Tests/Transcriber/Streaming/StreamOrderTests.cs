using AsrService.Server.Transcriber;
using Grpc.Core;
using Kind = AsrService.Contracts.V1.StreamingTranscribeRequest.RequestOneofCase;

namespace AsrService.Server.Tests.Transcriber.Streaming;

[Trait("Category", "Unit")]
public class StreamOrderTests
{
    [Theory]
    [InlineData(Kind.Audio)]
    [InlineData(Kind.Silence)]
    [InlineData(Kind.Control)]
    public void Next_ConfigThenOthers_Runs(Kind message)
    {
        var running = StreamOrder.Next(StreamPhase.Opening, Kind.Config);

        Assert.Equal(StreamPhase.Running, StreamOrder.Next(running, message));
        Assert.Equal(StreamPhase.Completed, StreamOrder.HalfClosed(running));
        Assert.Equal(StatusCode.FailedPrecondition, Refused(StreamPhase.Opening, message));
    }

    [Theory]
    [InlineData(Kind.Config)]
    [InlineData(Kind.Resume)]
    public void Next_ConfigOrResumeLater_FailsItsPrecondition(Kind message) =>
        Assert.Equal(StatusCode.FailedPrecondition, Refused(StreamPhase.Running, message));

    [Fact]
    public void Next_Resume_Runs() => Assert.Equal(StreamPhase.Running, StreamOrder.Next(StreamPhase.Opening, Kind.Resume));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Next_NothingSet_IsABadValue(int phase) =>
        Assert.Equal(StatusCode.InvalidArgument, Refused((StreamPhase)phase, Kind.None));

    [Fact]
    public void HalfClosed_WithoutConfig_FailsItsPrecondition() => Assert.Equal(
        StatusCode.FailedPrecondition, Assert.Throws<RpcException>(() => StreamOrder.HalfClosed(StreamPhase.Opening)).StatusCode);

    private static StatusCode Refused(StreamPhase phase, Kind message) =>
        Assert.Throws<RpcException>(() => StreamOrder.Next(phase, message)).StatusCode;
}
