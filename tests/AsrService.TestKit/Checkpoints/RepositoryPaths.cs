namespace AsrService.TestKit;

/// <summary>Folders of the repository that the running tests were built in.</summary>
public static class RepositoryPaths
{
    private const string Mark = "AsrService.sln";

    /// <summary>The folder with the solution file.</summary>
    /// <exception cref="DirectoryNotFoundException">The tests run outside the repository.</exception>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The bundled checkpoints.</summary>
    public static string Models => Path.Combine(Root, "models");

    /// <summary>The bundled recordings with their reference texts.</summary>
    public static string Samples => Path.Combine(Root, "samples");

    private static string FindRoot(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Mark))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {start} has {Mark}.");
    }
}
