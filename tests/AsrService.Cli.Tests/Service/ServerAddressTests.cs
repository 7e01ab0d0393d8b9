using System.Net;
using System.Net.Sockets;
using AsrService.Cli.Service;
using AsrService.TestKit;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace AsrService.Cli.Tests.Service;

public class ServerAddressTests
{
    [Theory, Trait("Category", "Unit")]
    [InlineData("http://localhost:50051", "http://localhost:50051")]
    [InlineData("https://asr.example.com:443", "https://asr.example.com:443")]
    [InlineData("https://asr.example.com", "https://asr.example.com")]
    [InlineData("localhost:50051", "http://localhost:50051")]
    [InlineData("10.0.0.7:80", "http://10.0.0.7:80")]
    [InlineData("[::1]:50051", "http://[::1]:50051")]
    [InlineData("unix:/run/asr.sock", "unix:/run/asr.sock")]
    public void Parse_Form_IsTaken(string address, string expected)
    {
        string parsed = ServerAddress.Parse(address);

        Assert.Equal(
            expected.StartsWith("unix:", StringComparison.Ordinal) ? expected : new Uri(expected).ToString(),
            parsed.StartsWith("unix:", StringComparison.Ordinal) ? parsed : new Uri(parsed).ToString());
    }

    [Theory, Trait("Category", "Unit")]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("ftp://localhost:1")]
    [InlineData("http://localhost:1/path")]
    [InlineData("http://user@localhost:1")]
    [InlineData("localhost:99999")]
    [InlineData("unix:")]
    public void Parse_AnythingElse_IsRefused(string address)
    {
        var refusal = Assert.Throws<UsageException>(() => ServerAddress.Parse(address));

        Assert.Contains(ServerAddress.Forms, refusal.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "EndToEnd")]
    public async Task Server_OnAUnixSocket_IsReached()
    {
        using var folder = new TemporaryFolder();
        await using var service = await FakeService.StartAsync(folder.At("s"));

        var result = await AsrProcess.RunAsync("transcribe", "--server", service.Address, Recordings.Numbers);

        Assert.Equal(["So we use Redis."], AsrAssert.Ended(ExitCodes.Done, result).OutputLines);
    }

    [Theory, Trait("Category", "EndToEnd"), InlineData("stream"), InlineData("transcribe")]
    public async Task Server_NobodyListens_IsSaid(string command)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string address = $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        taken.Stop();

        var result = await AsrProcess.RunAsync(command, "--server", address, Recordings.Numbers);

        AsrAssert.Refused(ExitCodes.ServiceFailed, result, $"{address}: cannot be reached: Connection refused.");
    }

    [Fact, Trait("Category", "EndToEnd")]
    public async Task Server_NoSuchSocket_IsSaid() => AsrAssert.Refused(
        ExitCodes.ServiceFailed, await AsrProcess.RunAsync("stream", "--server", "unix:/none/s", Recordings.Numbers), "unix:/none/s: cannot be reached");

    [Fact, Trait("Category", "EndToEnd")]
    public async Task Server_NoSuchHost_IsSaid() => AsrAssert.Refused(
        ExitCodes.ServiceFailed, await AsrProcess.RunAsync("stream", "--server", "none.invalid:1", Recordings.Numbers), "none.invalid:1: cannot be reached");

    [Fact, Trait("Category", "EndToEnd")]
    public async Task Server_WithHttp1Only_IsNotTheGrpcPort()
    {
        await using var service = await FakeService.StartAsync(protocols: HttpProtocols.Http1);

        var result = await AsrProcess.RunAsync("stream", "--server", service.Address, Recordings.Numbers);

        AsrAssert.Refused(ExitCodes.ServiceFailed, result, service.Address, "gives no answer in HTTP/2; is it the gRPC port?");
    }

    [Fact, Trait("Category", "EndToEnd")]
    public async Task Server_InClearTextButCalledByTls_IsSaid()
    {
        await using var service = await FakeService.StartAsync();
        string address = service.Address.Replace("http:", "https:", StringComparison.Ordinal);

        var result = await AsrProcess.RunAsync("stream", "--server", address, Recordings.Numbers);

        AsrAssert.Refused(ExitCodes.ServiceFailed, result, address, "no TLS connection");
    }
}
