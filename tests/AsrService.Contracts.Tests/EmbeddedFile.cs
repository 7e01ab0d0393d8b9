namespace AsrService.Contracts.Tests;

/// <summary>Files that the build puts into this assembly.</summary>
internal static class EmbeddedFile
{
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The lines of a text, without blank ones and comments.</summary>
    public static IReadOnlyList<string> Lines(string name) =>
    [
        .. System.Text.Encoding.UTF8.GetString(Bytes(name))
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#')),
    ];
}
