using AsrService.TestKit;

namespace AsrService.Aligner.Tests;

/// <summary>The real program: what it says, refuses and leaves with.</summary>
[Trait("Category", "EndToEnd")]
public sealed class AlignerProgramTests
{
    private const string Program = "AsrService.Aligner";

    [Fact]
    public async Task Run_Nothing_SaysWhereAndWhatItServesAndLeavesAtASignal()
    {
        using var aligner = new ServiceProcess(Program, ServiceProcess.FreePorts);

        Assert.Matches(@"^gRPC: http://127\.0\.0\.1:[1-9]\d*$", await aligner.ReadLineAsync());
        Assert.Matches(@"^HTTP: http://127\.0\.0\.1:[1-9]\d*$", await aligner.ReadLineAsync());
        Assert.StartsWith("Model: demo-aligner (demonstration model), revision ", await aligner.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("Notice: A demonstration aligner", await aligner.ReadLineAsync(), StringComparison.Ordinal);

        var (code, output, errors) = await aligner.SignalAsync("TERM");

        Assert.Equal((0, ""), (code, output));
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("--Kestrel:Endpoints:Grpc:Url=http://0.0.0.0:0", "Asr:Auth:AllowAnonymous=true")]
    [InlineData("--model=/no/such/aligner", "/no/such/aligner")]
    [InlineData("--Asr:Aligner:Path=/no/such/aligner", "/no/such/aligner")]
    [InlineData("--Asr:Engine:MaxAlignments=0", "Asr:Engine:MaxAlignments: 0 is not in 1 to 4096.")]
    [InlineData("--Asr:Aligner:Adress=x", "there is no such setting")]
    [InlineData("run", "--model")]
    public async Task Run_SomethingWrong_LeavesWithOneLine(string argument, string says)
    {
        var (code, output, errors) = await ServiceProcess.RunAsync(Program, [.. ServiceProcess.FreePorts, argument]);

        Assert.Equal((1, ""), (code, output));
        string line = Assert.Single(errors);
        Assert.StartsWith($"{Program}: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ARecognizersFolder_SaysSo()
    {
        var (code, _, errors) = await ServiceProcess.RunAsync(
            Program, [.. ServiceProcess.FreePorts, "--model", Path.Combine(RepositoryPaths.Models, "demo-asr")]);

        Assert.Equal(1, code);
        Assert.Contains("expected a forced aligner, found a transcriber", Assert.Single(errors), StringComparison.Ordinal);
    }
}
