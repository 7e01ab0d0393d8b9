using System.Text.Json;

namespace AsrService.Tokenizer;

/// <summary>Reads one JSON object of a file; <paramref name="reader"/> stands at its first property.</summary>
internal delegate void ReadJson(ref Utf8JsonReader reader);

/// <summary>Strict, forward-only JSON reading whose failures name the file.</summary>
internal static class JsonFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Calls <paramref name="readProperty"/> at the name of each property of the file's one object.</summary>
    public static void Read(string path, ReadJson readProperty)
    {
        ReadOnlySpan<byte> json = ReadBytes(path);
        if (json.StartsWith(ByteOrderMark)) json = json[ByteOrderMark.Length..];
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            ReadObject(path, ref reader, readProperty);
            reader.Read(); // throws when anything follows
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is what strings with broken UTF-8 or half a surrogate pair give.
            throw new TokenizerException(path, "well-formed JSON", Sentence(e), e);
        }
    }

    /// <summary>The whole file.</summary>
    public static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException(path, "a readable file", Sentence(e), e);
        }
    }

    /// <summary>
    /// From the start of an object to its end; <paramref name="readProperty"/> starts at a name and stops at the last
    /// token of the value.
    /// </summary>
    public static void ReadObject(string path, ref Utf8JsonReader reader, ReadJson readProperty)
    {
        Expect(path, ref reader, JsonTokenType.StartObject, "an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) readProperty(ref reader);
    }

    /// <summary>
    /// Calls <paramref name="readItem"/> at the first token of each item of the array that starts here.
    /// </summary>
    public static void ReadArray(string path, ref Utf8JsonReader reader, ReadJson readItem)
    {
        Expect(path, ref reader, JsonTokenType.StartArray, "an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) readItem(ref reader);
    }

    /// <summary>Fails unless the reader stands at a token of this type.</summary>
    public static void Expect(string path, ref Utf8JsonReader reader, JsonTokenType type, string expected)
    {
        if (reader.TokenType != type)
            throw new TokenizerException(path, expected, $"{reader.TokenType} at byte {reader.TokenStartIndex}");
    }

    /// <summary>The integer that stands here.</summary>
    public static int ReadId(string path, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int id)) return id;
        throw new TokenizerException(path, "an integer id", $"{reader.TokenType} at byte {reader.TokenStartIndex}");
    }

    private static string Sentence(Exception e) => e.Message.TrimEnd('.');
}
