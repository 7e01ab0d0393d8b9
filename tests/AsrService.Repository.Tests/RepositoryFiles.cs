using System.Diagnostics;
using AsrService.TestKit;

namespace AsrService.Repository.Tests;

/// <summary>The files that the repository holds, and those about to be added; ignored ones are not among them.</summary>
internal static class RepositoryFiles
{
    private const int SniffedBytes = 8192;

    private static readonly Lazy<string[]> Listed = new(List);

    /// <summary>Paths from the root, with forward slashes, in order.</summary>
    public static IReadOnlyList<string> All => Listed.Value;

    /// <summary>Project files below a folder such as <c>src/</c>; all of them for the empty string.</summary>
    public static IEnumerable<ProjectFile> Projects(string folder = "") =>
        from path in All
        where path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal)
        select new ProjectFile(path);

    /// <summary>The path of a file on this machine.</summary>
    public static string FullPath(string path) => Path.Combine(RepositoryPaths.Root, path);

    /// <summary>Lines of a text file, from 1; none of a binary one.</summary>
    public static IEnumerable<(int Line, string Text)> LinesOf(string path) =>
        IsText(path) ? File.ReadLines(FullPath(path)).Select((text, index) => (index + 1, text)) : [];

    private static bool IsText(string path)
    {
        using var file = File.OpenRead(FullPath(path));
        var start = new byte[SniffedBytes];
        int read = file.ReadAtLeast(start, SniffedBytes, throwOnEndOfStream: false);
        return !start.AsSpan(0, read).Contains((byte)0);
    }

    private static string[] List()
    {
        // A worktree has a file of this name, an unpacked archive has neither and holds nothing ignored but build output.
        bool isClone = Path.Exists(FullPath(".git"));
        var paths = isClone ? FromGit() : FromFolders();
        return [.. paths.Where(path => File.Exists(FullPath(path))).Order(StringComparer.Ordinal)];
    }

    private static string[] FromGit()
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = RepositoryPaths.Root, RedirectStandardOutput = true };
        string[] arguments = ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);

        using var git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        if (git.ExitCode != 0) throw new InvalidOperationException($"git ls-files ended with {git.ExitCode}.");
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    private static IEnumerable<string> FromFolders() =>
        from path in Directory.EnumerateFiles(RepositoryPaths.Root, "*", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(RepositoryPaths.Root, path).Replace('\\', '/')
        where !relative.Split('/').Any(part => part is "bin" or "obj")
        select relative;
}
