using System.Net;
using System.Net.Sockets;

namespace AsrService.Server.Tests;

[Trait("Category", "EndToEnd")]
public class ServerProgramTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Run_Nothing_SaysWhereAndWhatItServesAndLeavesAtASignal(string signal)
    {
        using var server = new ServerProcess(ServerProcess.FreePorts);

        Assert.Matches(@"^gRPC: http://127\.0\.0\.1:[1-9]\d*$", await server.ReadLineAsync());
        string http = await server.ReadLineAsync();
        Assert.Matches(@"^HTTP: http://127\.0\.0\.1:[1-9]\d*$", http);
        Assert.StartsWith("Model: demo-asr (demonstration model), revision ", await server.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("Notice: A demonstration model", await server.ReadLineAsync(), StringComparison.Ordinal);
        using var client = new HttpClient();
        Assert.Equal("ready\n", await client.GetStringAsync(
            new Uri(http["HTTP: ".Length..] + "/healthz/ready"), TestContext.Current.CancellationToken));

        var (code, output, errors) = await server.SignalAsync(signal);

        Assert.Equal(0, code);
        Assert.Empty(output);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("--Kestrel:Endpoints:Grpc:Url=http://0.0.0.0:0", "http://0.0.0.0:0", "Asr:Auth:AllowAnonymous=true")]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://*:0", "http://*:0", "Asr:Auth:AllowAnonymous=true")]
    [InlineData("--Kestrel:Endpoints:More:Url=http://example.com:0", "http://example.com:0", "Asr:Auth:AllowAnonymous=true")]
    [InlineData("--Kestrel:Endpoints:Grpc:Url=nonsense", "nonsense", "http://127.0.0.1:50051")]
    [InlineData("--model=/no/such/model", "/no/such/model", "config.json")]
    [InlineData("--Asr:Limits:MaxIdle=30", "Asr:Limits:MaxIdle", "00:00:01 to 01:00:00")]
    [InlineData("--Asr:Limits:MaxIdel=30", "Asr:Limits:MaxIdel", "no such setting")]
    [InlineData("--Asr:Engine:Weights=q4", "Asr:Engine:Weights", "q4")]
    [InlineData("--port=1", "--port=1", "--model")]
    [InlineData("--model", "--model", "value")]
    [InlineData("run", "run", "--model")]
    public async Task Run_SomethingWrong_LeavesWithOneLine(string argument, string named, string says)
    {
        var (code, output, errors) = await ServerProcess.RunAsync([.. ServerProcess.FreePorts, argument]);

        Assert.Equal(1, code);
        Assert.Empty(output);
        string line = Assert.Single(errors);
        Assert.StartsWith("AsrService.Server: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThePortInUse_LeavesWithOneLine()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var (code, _, errors) = await ServerProcess.RunAsync(
            [.. ServerProcess.FreePorts, $"--Kestrel:Endpoints:Http:Url={address}"]);

        Assert.Equal(1, code);
        Assert.Contains(address, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SeveralMistakes_TellsAllAtOnce()
    {
        var (code, _, errors) = await ServerProcess.RunAsync(
            "--Kestrel:Endpoints:Grpc:Url=http://0.0.0.0:0", "--Asr:Engine:MaxChannels=0", "--Asr:Limits:MaxIdle=00:00:00");

        Assert.Equal((1, 3), (code, errors.Length));
    }
}
