using System.Diagnostics;
using AsrService.TestKit;

namespace AsrService.Deploy.Tests.Containers;

/// <summary>
/// What the Dockerfile makes, made without containers: its own publish command runs on a copy of what it copies, and the
/// final image's files are put together in a folder.
/// </summary>
public sealed class PublishedImage : IAsyncLifetime
{
    private const string PublishFolder = "/published";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The working folder of the image.</summary>
    public string App => _folder.At("app");

    /// <summary>The one place that may be written to.</summary>
    public string Temporary => _folder.At("tmp");

    public async ValueTask InitializeAsync()
    {
        string source = _folder.At("source"), published = _folder.At("published");
        foreach (var copy in Dockerfile.Copies.Where(copy => copy.Stage == 0)) Copy(copy.Sources, source, copy.Target);
        string publish = Dockerfile.Instructions.Single(one => one is { Stage: 0, Name: "RUN" }).Arguments;
        var start = new ProcessStartInfo("sh", ["-c", publish.Replace(PublishFolder, published, StringComparison.Ordinal)])
        {
            WorkingDirectory = source,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" }, // no server outlives it
        };
        var (code, output, errors) = await Tools.RunAsync(start, TestContext.Current.CancellationToken);
        Assert.True(code == 0, output + errors);

        Directory.Move(published, App);
        foreach (var copy in Dockerfile.Copies.Where(copy => copy.Stage > 0)) Copy(copy.Sources, App, copy.Target);
        Directory.CreateDirectory(Temporary);
        File.SetUnixFileMode(Temporary, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Copy(string[] sources, string root, string target)
    {
        foreach (string source in sources)
        {
            string from = Path.Combine(RepositoryPaths.Root, source), to = Path.Combine(root, target);
            if (Directory.Exists(from)) CopyFolder(from, to);
            else CopyFile(from, target.EndsWith('/') ? Path.Combine(to, source) : to);
        }
    }

    /// <summary>Without what the builder is not sent.</summary>
    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(from, file);
            if (!relative.Split('/').Any(part => part is "bin" or "obj")) CopyFile(file, Path.Combine(to, relative));
        }
    }

    private static void CopyFile(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }
}
