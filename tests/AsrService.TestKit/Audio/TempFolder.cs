namespace AsrService.TestKit;

/// <summary>A folder of its own for a test's files, gone with it.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Creates an empty folder.</summary>
    public TempFolder() => Path = Directory.CreateTempSubdirectory("asr-test-").FullName;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A path in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file into it and returns the path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        System.IO.File.WriteAllBytes(File(name), content);
        return File(name);
    }

    /// <summary>Deletes it with all it holds.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
