using System.Text.Json;
using System.Text.Unicode;
using AsrService.Models.Checkpoints;

namespace AsrService.Models.Configuration;

/// <summary>
/// Reads the small JSON files of a checkpoint; whatever is wrong with one becomes a <see cref="CheckpointException"/>.
/// </summary>
internal static class JsonFile
{
    /// <summary>The largest real one is a shard index of under 1 MB; more is not a configuration.</summary>
    private const long MaxBytes = 64L << 20;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads a file that must be there.</summary>
    public static T Read<T>(string file, Func<JsonSection, T> read) => Parse(file, Load(file), read);

    /// <summary>Reads a file that may be absent; then the answer is <paramref name="absent"/>.</summary>
    public static T ReadOptional<T>(string file, T absent, Func<JsonSection, T> read) =>
        File.Exists(file) ? Read(file, read) : absent;

    /// <summary>Reads JSON at hand; <paramref name="file"/> is only named in messages.</summary>
    public static T Parse<T>(string file, ReadOnlyMemory<byte> json, Func<JsonSection, T> read)
    {
        if (!Utf8.IsValid(json.Span)) throw CheckpointException.At(file, "", "UTF-8 text", "other bytes");
        try
        {
            using var document = JsonDocument.Parse(WithoutByteOrderMark(json), Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw CheckpointException.At(file, "", "a JSON object", $"{document.RootElement.ValueKind}");
            return read(new JsonSection(file, "", document.RootElement));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is how an escaped half of a surrogate pair comes up when its string is read.
            throw CheckpointException.At(file, BrokenField(json.Span), "valid JSON", error.Message.TrimEnd('.'), error);
        }
    }

    /// <summary>The path of the field within which JSON breaks, as <c>a.b</c>; empty outside of any, or where it is whole.</summary>
    internal static string BrokenField(ReadOnlySpan<byte> json)
    {
        var names = new string?[Strict.MaxDepth + 2]; // by depth
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Strict.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) continue;
                names.AsSpan(reader.CurrentDepth).Clear(); // the value is whole, or another field begins
                if (reader.TokenType == JsonTokenType.PropertyName) names[reader.CurrentDepth] = reader.GetString();
            }

            return "";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return string.Join('.', names.Where(name => name is not null));
        }
    }

    private static byte[] Load(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MaxBytes)
                throw CheckpointException.At(file, "", $"at most {MaxBytes} bytes", $"{stream.Length}");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CheckpointException.At(file, "", "a file", "none", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.At(file, "", "a readable file", error.Message.TrimEnd('.'), error);
        }
    }

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
}
