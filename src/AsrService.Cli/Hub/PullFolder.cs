using AsrService.Cli.Service;

namespace AsrService.Cli.Hub;

/// <summary>
/// Where a model grows until it is complete: <c>.pull/NAME</c> beside its place, so that it is moved there in one step and
/// nobody takes it for an installed model before. One process at a time.
/// </summary>
internal sealed class PullFolder : IDisposable
{
    private readonly string _all;
    private readonly FileStream _lock;

    private PullFolder(string all, string path, FileStream held) => (_all, Path, _lock) = (all, path, held);

    public string Path { get; }

    /// <summary>Opens or makes it.</summary>
    /// <param name="models">The folder that the model is put into.</param>
    /// <param name="name">The model's.</param>
    /// <exception cref="ServiceException">It cannot be made, or another process is at it.</exception>
    public static PullFolder Open(string models, string name)
    {
        string all = System.IO.Path.Combine(models, ".pull"), path = System.IO.Path.Combine(all, name);
        DiskFaults.Guard(path, () => Directory.CreateDirectory(path));
        string lockPath = path + ".lock";
        try
        {
            return new PullFolder(all, path, new FileStream(
                lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException held) when (File.Exists(lockPath))
        {
            throw new ServiceException(ExitCodes.OutputFailed, $"{path}: another process is downloading this model.", held);
        }
    }

    /// <summary>Removes what belongs to none of the files: of other revisions, mostly.</summary>
    public void Keep(IReadOnlyList<HubFile> files)
    {
        var kept = files.Select(file => At(file)).SelectMany((path, i) => new[] { path, FileDownload.PartOf(path, files[i]) }).ToHashSet();
        foreach (string path in Directory.EnumerateFiles(Path).Where(path => !kept.Contains(path)).ToList()) File.Delete(path);
    }

    /// <summary>Where a file is put.</summary>
    public string At(HubFile file) => System.IO.Path.Combine(Path, file.Path);

    /// <summary>Bytes that are there already.</summary>
    public long Present(IReadOnlyList<HubFile> files) => files.Sum(file =>
        Math.Min(file.Size, Length(At(file)) + Length(FileDownload.PartOf(At(file), file))));

    /// <summary>Moves the whole of it to its place.</summary>
    public void Install(string target) => DiskFaults.Guard(target, () =>
    {
        Directory.Move(Path, target);
        return target;
    });

    /// <summary>Gives its space back.</summary>
    public void Discard() => Directory.Delete(Path, recursive: true);

    public void Dispose()
    {
        _lock.Dispose();
        try
        {
            Directory.Delete(_all); // when it is empty
        }
        catch (IOException)
        {
            // Something is left to go on from.
        }
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
