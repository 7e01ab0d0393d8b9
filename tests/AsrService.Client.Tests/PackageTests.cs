using System.IO.Compression;
using System.Xml.Linq;
using AsrService.TestKit;

namespace AsrService.Client.Tests;

/// <summary>The package, and its life beside the stock ones.</summary>
[Trait("Category", "EndToEnd"), Collection("Builds of the client")]
public class PackageTests
{
    private static readonly Dictionary<string, string> NoSettings = [];

    [Fact]
    public async Task Pack_TheProject_GivesAPackageThatStandsAlone()
    {
        using var folder = new TemporaryFolder();
        await Programs.DotnetAsync(
            RepositoryPaths.Root, NoSettings, "pack", "src/AsrService.Client", "-c", "Release", "--no-build", "-o", folder.Path);

        string path = Assert.Single(Directory.GetFiles(folder.Path, "*.nupkg"));
        using var package = await ZipFile.OpenReadAsync(path, TestContext.Current.CancellationToken);
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        var metadata = XDocument.Load(await package.GetEntry("AsrService.Client.nuspec")!.OpenAsync(TestContext.Current.CancellationToken)).Root!
            .Elements().Single();
        XElement Of(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);

        Assert.Superset(
            new HashSet<string> { "README.md", "LICENSE", "lib/net10.0/AsrService.Client.dll", "lib/net10.0/AsrService.Client.xml" },
            files.ToHashSet());
        Assert.Single(files, file => file.EndsWith(".dll", StringComparison.Ordinal));
        Assert.Equal("AsrService.Client." + Of("version").Value + ".nupkg", Path.GetFileName(path));
        Assert.Equal(("Apache-2.0", "README.md"), (Of("license").Value, Of("readme").Value));
        Assert.StartsWith("Client of AsrService", Of("description").Value, StringComparison.Ordinal);
        Assert.Equal(
            ["Google.Protobuf", "Polly.Core"],
            Of("dependencies").Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value).Order());
    }

    [Fact]
    public async Task Program_WithTypesOfTheStockNames_UsesTheClientBesideThem()
    {
        await using var server = await TestServer.StartAsync();
        string program = Path.Combine(
            RepositoryPaths.Root, "tests/AsrService.Client.Beside/bin", BuildOf(AppContext.BaseDirectory), "AsrService.Client.Beside.dll");

        string output = await Programs.DotnetAsync(
            RepositoryPaths.Root, NoSettings, "exec", program, server.Address(), Path.Combine(RepositoryPaths.Samples, "interview-en.wav"));

        Assert.StartsWith("stock True\nHow many years of experience do you have with Redis?\n", output, StringComparison.Ordinal);
    }

    /// <summary>As <c>Release/net10.0</c>.</summary>
    private static string BuildOf(string folder)
    {
        string[] parts = folder.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return Path.Combine(parts[^2], parts[^1]);
    }
}
