using System.Diagnostics;
using AsrService.Contracts.V1;
using AsrService.TestKit;
using Google.Protobuf;
using Grpc.Net.Client;

namespace AsrService.Deploy.Tests.Containers;

/// <summary>The published program does its work where it may write nothing but its temporary folder.</summary>
[Trait("Category", "EndToEnd")]
public class PublishedImageTests(PublishedImage image) : IClassFixture<PublishedImage>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly (string, string)[] FreePorts =
        [("Kestrel__Endpoints__Grpc__Url", "http://0.0.0.0:0"), ("Kestrel__Endpoints__Http__Url", "http://0.0.0.0:0")];

    [Fact]
    public async Task Run_NobodySaidWhoMayCall_DoesNotStart()
    {
        var (code, output, errors) = await RunAsync([], FreePorts);

        Assert.Equal((1, ""), (code, output));
        Assert.All(
            errors.TrimEnd().Split('\n'),
            line => Assert.Contains("can be reached from other machines", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_AsTheImageDoes_ServesUploadsAndIsHealthy()
    {
        using var server = Process.Start(ConfinedProcess.Start(image, [], [.. FreePorts, ("Asr__Auth__AllowAnonymous", "true")]))!;
        var errors = server.StandardError.ReadToEndAsync();
        try
        {
            int grpc = await PortAsync(server, "gRPC: ", errors), http = await PortAsync(server, "HTTP: ", errors);
            Assert.StartsWith("Model: demo-asr", await server.StandardOutput.ReadLineAsync().WaitAsync(Patience), StringComparison.Ordinal);

            var health = await RunAsync(["health"], [("Kestrel__Endpoints__Http__Url", $"http://0.0.0.0:{http}")]);
            string text = await TranscribeAsync(grpc);

            Assert.Equal((0, "ready\n", ""), health);
            Assert.Contains("Redis", text, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(image.Temporary));
        }
        finally
        {
            using var stop = Process.Start("kill", ["-TERM", $"{server.Id}"]);
            await server.WaitForExitAsync().WaitAsync(Patience);
        }

        Assert.Equal(0, server.ExitCode);
        Assert.DoesNotMatch(" (fail|crit): ", await errors);
    }

    [Fact]
    public async Task Confined_AnyProgram_WritesToTheTemporaryFolderAlone()
    {
        Assert.SkipUnless(ConfinedProcess.IsReadOnly, "These tests may not mount here.");
        string script = $"touch {image.Temporary}/this && rm {image.Temporary}/this && id -u && touch {image.App}/that /var/tmp/that";
        string[] confined = ConfinedProcess.Confine(image, ["sh", "-c", script]);

        var (code, output, errors) = await Tools.RunAsync(new(confined[0], confined[1..]), TestContext.Current.CancellationToken);

        Assert.Equal((1, Dockerfile.Last("USER").Arguments.Split(':')[0]), (code, output.Trim()));
        Assert.Equal(2, errors.Split("cannot touch").Length - 1); // others may write to /var/tmp
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments, IEnumerable<(string, string)> settings) =>
        await Tools.RunAsync(ConfinedProcess.Start(image, arguments, settings), TestContext.Current.CancellationToken).WaitAsync(Patience);

    private static async Task<int> PortAsync(Process server, string prefix, Task<string> errors)
    {
        string? line = await server.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        Assert.True(line?.StartsWith(prefix, StringComparison.Ordinal), line ?? await errors);
        return new Uri(line![prefix.Length..]).Port;
    }

    private static async Task<string> TranscribeAsync(int port)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
        using var call = new Transcriber.TranscriberClient(channel).TranscribeFile();
        await call.RequestStream.WriteAsync(new() { Config = new() { File = new() } });
        byte[] wav = await File.ReadAllBytesAsync(Path.Combine(RepositoryPaths.Samples, "interview-en.wav"));
        foreach (byte[] chunk in wav.Chunk(65_536)) await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(chunk) });
        await call.RequestStream.CompleteAsync();

        var text = new System.Text.StringBuilder();
        while (await call.ResponseStream.MoveNext(CancellationToken.None)) text.Append(call.ResponseStream.Current);
        return text.ToString();
    }
}
