using AsrService.Cli.Captions;
using AsrService.Contracts.V1;
using Xunit;

namespace AsrService.Cli.Tests.Captions;

[Trait("Category", "Unit")]
public sealed class CaptionScreenTests : IDisposable
{
    private readonly VirtualTerminal _terminal = new(40, 10);

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Show_GrowingText_IsRedrawnInPlace()
    {
        var screen = Screen();

        screen.Show([new Caption("", "", "So")]);
        screen.Show([new Caption("", "So we use Redis and ", "Docker in the chat server")]);
        screen.Show([new Caption("", "So we ", "use")]);

        Assert.Equal(["So we use"], _terminal.Rows);
    }

    [Fact]
    public void Print_WithTextBelow_StaysAboveIt()
    {
        var screen = Screen();
        screen.Show([new Caption("", "So we use Redis and ", "Docker in the chat server of two years")]);

        screen.Print("0:00.10–0:01.50  a final that is longer than the window is wide");
        screen.Show([new Caption("", "next", "")]);
        screen.Close();

        Assert.Equal(["0:00.10–0:01.50  a final that is longer", "than the window is wide", ""], _terminal.Rows);
    }

    [Fact]
    public void Show_TerminalBecameNarrower_ErasesWhatWrapped()
    {
        var screen = Screen();
        screen.Print("kept");
        screen.Show([new Caption("", "So we use Redis and Docker in the chat", "")]);

        _terminal.Narrow(20);
        screen.Show([new Caption("", "So we", "")]);

        Assert.Equal(["kept", "So we"], _terminal.Rows);
    }

    [Fact]
    public void Show_NothingNew_WritesNothing()
    {
        var screen = Screen();
        screen.Show([new Caption("", "So", "")]);
        int writes = _terminal.Writes;

        screen.Show([new Caption("", "So", "")]);

        Assert.Equal(writes, _terminal.Writes);
    }

    [Theory, InlineData(true, "\e[2m"), InlineData(false, "‹")]
    public void Show_TentativeText_IsDimmedOrMarked(bool isColored, string expected)
    {
        using var to = new StringWriter();

        new CaptionScreen(to, () => (40, 10), isColored).Show([new Caption("", "So ", "we")]);

        Assert.Contains("So " + expected + "we", to.ToString(), StringComparison.Ordinal);
        Assert.Equal(isColored, to.ToString().Contains("\e[0m", StringComparison.Ordinal));
    }

    [Fact]
    public void Board_TwoStreams_FinalsScrollAndPartialsStay()
    {
        using var board = new CaptionBoard(Screen(), [new BoardColumn(0, 0, "a"), new BoardColumn(1, 0, "bb")]);

        board.Show(0, new Result { StableText = "one", TentativeText = " two" });
        board.Show(1, new Result { TentativeText = "你好" });
        board.Show(0, new Result { StableText = "one two.", IsFinal = true });
        board.Show(1, new Result { StableText = "", IsFinal = true }); // nothing was said

        Assert.Equal(["a   0:00.00–0:00.00  one two.", "a", "bb"], _terminal.Rows);
    }

    private CaptionScreen Screen() => new(_terminal, _terminal.Size, isColored: true);
}
