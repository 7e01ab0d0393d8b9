using AsrService.TestKit;

namespace AsrService.Server.Tests;

/// <summary>Settings as those who run the real program give them.</summary>
[Trait("Category", "EndToEnd")]
public class SettingsTests
{
    private static readonly string Demo = Path.Combine(RepositoryPaths.Models, "demo-asr");

    private static readonly (string Name, string Value)[] FreePorts =
        [("Kestrel__Endpoints__Grpc__Url", "http://127.0.0.1:0"), ("Kestrel__Endpoints__Http__Url", "http://127.0.0.1:0")];

    [Fact]
    public async Task Run_SettingsInTheEnvironment_AreThoseOfTheService()
    {
        using var folder = new TemporaryFolder();
        string model = Model(folder, "elsewhere");
        using var server = new ServerProcess(
            [
                .. FreePorts, ("Asr__Models__0__Path", model), ("Asr__Engine__MaxChannels", "3"),
                ("Asr__Resume__Key", Convert.ToBase64String(new byte[32])), ("Asr__Drain__GracePeriod", "00:00:01"),
            ],
            []);

        await server.ReadLineAsync(); // gRPC
        string http = (await server.ReadLineAsync())["HTTP: ".Length..];
        Assert.StartsWith("Model: elsewhere, ", await server.ReadLineAsync(), StringComparison.Ordinal);
        using var client = new HttpClient();
        string metrics = await client.GetStringAsync(new Uri(http + "/metrics"), TestContext.Current.CancellationToken);

        Assert.Matches(@"(?m)^asr_channels_capacity\{[^}]*\} 3$", metrics);
        Assert.Equal(0, (await server.SignalAsync("TERM")).Code);
    }

    [Theory]
    [InlineData("--model={0}")]
    [InlineData("--Asr:Models:0:Path={0}")]
    public async Task Run_ModelAsArgument_GoesBeforeTheEnvironment(string argument)
    {
        using var folder = new TemporaryFolder();
        string model = Model(folder, "argued");
        using var server = new ServerProcess(
            [.. FreePorts, ("Asr__Models__0__Path", "nowhere")], [string.Format(null, argument, model)]);

        for (int i = 0; i < 2; i++) await server.ReadLineAsync();

        Assert.StartsWith("Model: argued, ", await server.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(0, (await server.SignalAsync("TERM")).Code);
    }

    [Fact]
    public async Task Run_MistakesInEnvironmentAndArguments_TellsAllAtOnce()
    {
        using var server = new ServerProcess(
            [
                ("Asr__Limits__MaxIdle", "soon"), ("Asr__Engine__MaxChannels", "129"), ("Asr__Engine__Weights", "q4"),
                ("Asr__Limits__MaxIdel", "1"), ("Telemetry__Otlp__Port", "4317"), ("Kestrel__Endpoints__Grpc__Url", "http://0.0.0.0:0"),
            ],
            ["--Asr:Auth:AllowAnonymous=perhaps", "--model="]);

        var (code, output, errors) = await server.EndAsync();

        Assert.Equal((1, ""), (code, output));
        string[] expected =
        [
            "Asr:Auth:AllowAnonymous: \"perhaps\" is not true or false.",
            "Asr:Engine:MaxChannels: 129 is not in 1 to 128.",
            "Asr:Engine:Weights: \"q4\" is not one of BF16, F32.",
            "Asr:Limits:MaxIdel: there is no such setting",
            "Asr:Limits:MaxIdle: \"soon\" is not a time as hh:mm:ss.",
            "Asr:Models:0:Path: is empty",
            "Kestrel:Endpoints:Grpc:Url: \"http://0.0.0.0:0\" can be reached from other machines",
            "Telemetry:Otlp:Port: there is no such setting",
        ];
        Assert.Collection(
            errors.Order(StringComparer.Ordinal),
            [.. expected.Select(start => (Action<string>)(line => Assert.StartsWith("AsrService.Server: " + start, line, StringComparison.Ordinal)))]);
    }

    /// <summary>The bundled model's files under another name.</summary>
    private static string Model(TemporaryFolder folder, string name)
    {
        string model = Directory.CreateDirectory(Path.Combine(folder.Path, name)).FullName;
        foreach (string file in Directory.EnumerateFiles(Demo))
        {
            if (Path.GetFileName(file) != "asr-service.json") File.CreateSymbolicLink(Path.Combine(model, Path.GetFileName(file)), file);
        }

        return model;
    }
}
