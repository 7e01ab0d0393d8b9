using System.Text.RegularExpressions;
using AsrService.TestKit;

namespace AsrService.Client.Tests;

/// <summary>The README's example in C# works as it stands there.</summary>
[Trait("Category", "EndToEnd"), Collection("Builds of the client")]
public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "README.md"));

    [Fact]
    public async Task Example_InCSharp_PrintsTheFinals()
    {
        string code = Assert.Single(Example().Matches(Readme)).Groups[1].Value;
        Assert.Equal(10, code.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        string command = Assert.Single(Command().Matches(Readme)).Groups[1].Value;
        Assert.Equal("run -c Release live.cs", command);
        using var server = new ServerProcess(ServerProcess.FreePorts);
        string address = await server.AddressAsync();

        // Beside the README it would be in the way of others; so it lies elsewhere and names the same project from there.
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "live.cs");
        await File.WriteAllTextAsync(
            file, code.Replace("#:project src/", $"#:project {RepositoryPaths.Root}/src/", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        string output = await Programs.DotnetAsync(
            RepositoryPaths.Root, new Dictionary<string, string> { ["ASR_ADDRESS"] = address }, [.. command.Split(' ')[..^1], file]);

        Assert.Contains("final   How many years of experience do you have with Redis?\n", output, StringComparison.Ordinal);
        Assert.EndsWith("final   It worked on my machine, but it was never shipped.\n", output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^dotnet (run .*\blive\.cs)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
