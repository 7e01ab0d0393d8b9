using AsrService.Rpc.Server;

namespace AsrService.Rpc.Tests.Server;

[Trait("Category", "Unit")]
public class ResponseGateTests
{
    private readonly ResponseGate _gate = new();

    [Fact]
    public void ShutAtDeadline_NobodyInside_AnswersAndLetsNobodyIn()
    {
        _gate.Leave();

        Assert.True(_gate.ShutAtDeadline());
        Assert.Equal(ResponseGate.Entry.Shut, _gate.TryEnter());
        Assert.False(_gate.ShutAtEnd());
    }

    [Fact]
    public void ShutAtDeadline_AmidAWrite_LeavesTheAnswerToTheWriter()
    {
        _gate.Leave();
        _gate.TryEnter();

        Assert.False(_gate.ShutAtDeadline());
        Assert.Equal(ResponseGate.Entry.Shut, _gate.TryEnter());
        Assert.True(_gate.Leave());
        Assert.False(_gate.ShutAtEnd());
    }

    [Fact]
    public void ShutAtDeadline_AfterTheEnd_IsTooLate()
    {
        _gate.Leave();

        Assert.True(_gate.ShutAtEnd());
        Assert.False(_gate.ShutAtDeadline());
    }

    [Fact]
    public void ShutAtEnd_WriteNotAwaited_AnswersOnce()
    {
        _gate.Leave();
        _gate.TryEnter();
        _gate.ShutAtDeadline();

        Assert.True(_gate.ShutAtEnd());
        Assert.False(_gate.Leave());
    }

    [Fact]
    public void TryEnter_Twice_IsBusyUntilTheFirstLeaves()
    {
        Assert.Equal(ResponseGate.Entry.Busy, _gate.TryEnter()); // it begins held

        Assert.False(_gate.Leave());
        Assert.Equal(ResponseGate.Entry.Entered, _gate.TryEnter());
        Assert.Equal(ResponseGate.Entry.Busy, _gate.TryEnter());
    }
}
