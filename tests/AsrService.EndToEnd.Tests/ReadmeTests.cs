using System.Diagnostics;
using System.Text.RegularExpressions;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Service;
using AsrService.TestKit;

namespace AsrService.EndToEnd.Tests;

/// <summary>What the README tells people to run against the service works as it stands there.</summary>
[Trait("Category", "EndToEnd")]
public sealed partial class ReadmeTests(DefaultService service) : IClassFixture<DefaultService>
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "README.md"));

    [Fact]
    public async Task Example_ForNode_PrintsPartialsAndFinals()
    {
        ClientPrograms.Require(Runtime.GrpcJs);
        var program = Assert.Single(NodeExample().Matches(Readme)).Groups[1].Value;

        using var process = Process.Start(ClientPrograms.Node(program, service.Process.Grpc))!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(ForeignClient.Patience);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await errors);
        Assert.Contains("final   How many years of experience do you have with Redis?|\n", output, StringComparison.Ordinal);
        Assert.EndsWith("final   It worked on my machine, but it was never shipped.|\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Command_OfTheService_NamesItsProject()
    {
        var project = Assert.Single(ServiceCommand().Matches(Readme)).Groups[1].Value;

        Assert.True(File.Exists(Path.Combine(RepositoryPaths.Root, project, Path.GetFileName(project) + ".csproj")));
        Assert.Equal("AsrService.Server", Path.GetFileName(project)); // which ServiceProcess runs, on other ports
    }

    [GeneratedRegex(@"```js\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex NodeExample();

    [GeneratedRegex(@"^dotnet run -c Release --project (src/AsrService\.Server)$", RegexOptions.Multiline)]
    private static partial Regex ServiceCommand();
}
