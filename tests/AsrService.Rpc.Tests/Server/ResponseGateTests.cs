using AsrService.Rpc.Server;

namespace AsrService.Rpc.Tests.Server;

[Trait("Category", "Unit")]
public class ResponseGateTests
{
    private readonly ResponseGate _gate = new();

    [Fact]
    public void TryShut_NobodyInside_AnswersAndLetsNobodyIn()
    {
        Assert.True(_gate.TryShut());

        Assert.Equal(ResponseGate.Entry.Shut, _gate.TryEnter());
        Assert.False(_gate.TryShut());
    }

    [Fact]
    public void TryShut_AmidAWrite_LeavesTheAnswerToTheWriter()
    {
        _gate.TryEnter();

        Assert.False(_gate.TryShut()); // the deadline
        Assert.False(_gate.TryShut()); // the end
        Assert.Equal(ResponseGate.Entry.Shut, _gate.TryEnter());

        Assert.True(_gate.Leave());
        Assert.False(_gate.TryShut());
    }

    [Fact]
    public void TryEnter_Twice_IsBusyUntilTheFirstLeaves()
    {
        Assert.Equal(ResponseGate.Entry.Entered, _gate.TryEnter());
        Assert.Equal(ResponseGate.Entry.Busy, _gate.TryEnter());

        Assert.False(_gate.Leave());
        Assert.Equal(ResponseGate.Entry.Entered, _gate.TryEnter());
    }
}
