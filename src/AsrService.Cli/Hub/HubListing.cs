using System.Text.Json;

namespace AsrService.Cli.Hub;

/// <summary>Reads the list of a model's files.</summary>
internal static class HubListing
{
    private const int Sha1Length = 40, Sha256Length = 64;

    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="FormatException">A checksum is none.</exception>
    /// <exception cref="InvalidOperationException">A field is of another type.</exception>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static IReadOnlyList<HubFile> Parse(ReadOnlyMemory<byte> listing)
    {
        using var json = JsonDocument.Parse(listing);
        return
        [
            .. json.RootElement.EnumerateArray()
                .Where(entry => entry.GetProperty("type").GetString() == "file")
                .Select(FileOf),
        ];
    }

    private static HubFile FileOf(JsonElement entry)
    {
        bool isLarge = entry.TryGetProperty("lfs", out var large) && large.ValueKind == JsonValueKind.Object;
        // The size beside a large file's checksum is that of its content; the entry's own may be that of the pointer.
        long size = (isLarge && large.TryGetProperty("size", out var content) ? content : entry.GetProperty("size")).GetInt64();
        string checksum = (isLarge ? large : entry).GetProperty("oid").GetString()!.ToLowerInvariant();
        bool isChecksum = checksum.Length == (isLarge ? Sha256Length : Sha1Length) && checksum.All(char.IsAsciiHexDigitLower);
        if (!isChecksum) throw new FormatException("A checksum was expected.");
        return new HubFile(entry.GetProperty("path").GetString()!, size, checksum, isLarge);
    }
}
