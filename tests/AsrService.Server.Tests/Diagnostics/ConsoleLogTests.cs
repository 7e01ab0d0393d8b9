using System.Globalization;
using System.Text.Json;
using AsrService.Contracts.V1;
using Grpc.Net.Client;

namespace AsrService.Server.Tests.Diagnostics;

[Trait("Category", "EndToEnd")]
public class ConsoleLogTests
{
    [Fact]
    public async Task Log_AsJson_IsAnObjectALine()
    {
        string[] lines = await LogAsync("--Logging:Console:FormatterName=json");

        var key = Assert.Single(lines.Select(line => JsonDocument.Parse(line).RootElement), IsOfTokens);
        Assert.Equal("Information", key.GetProperty("LogLevel").GetString());
        Assert.StartsWith("Asr:Resume:Key is not set", key.GetProperty("Message").GetString(), StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse(key.GetProperty("Timestamp").GetString(), CultureInfo.InvariantCulture, out _));
    }

    [Fact]
    public async Task Log_AsItIs_IsALineForPeople()
    {
        string[] lines = await LogAsync();

        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: AsrService\.[\w.]+\[\d+\] \S", line));
        Assert.Contains(lines, line => line.Contains("ResumeTokens[1] Asr:Resume:Key is not set", StringComparison.Ordinal));
    }

    private static bool IsOfTokens(JsonElement line) => line.GetProperty("Category").GetString() == "AsrService.Server.Transcriber.ResumeTokens";

    /// <summary>What a service logs that is called once.</summary>
    private static async Task<string[]> LogAsync(params string[] settings)
    {
        using var server = new ServerProcess([.. ServerProcess.FreePorts, .. settings]);
        string address = (await server.ReadLineAsync())["gRPC: ".Length..];
        using var channel = GrpcChannel.ForAddress(address);
        await LiveCall.RunAsync(
            new Contracts.V1.Transcriber.TranscriberClient(channel), new StreamingTranscribeRequest { Config = LiveCall.Config });
        return (await server.SignalAsync("TERM")).Errors;
    }
}
