using System.Globalization;
using System.Text.Json;

namespace AsrService.Tokenizer;

/// <summary>
/// Added tokens from <c>tokenizer_config.json</c>, <c>added_tokens.json</c> and <c>tokenizer.json</c>.
/// </summary>
internal static class AddedTokensFiles
{
    /// <summary>Reads the two small files of a folder, where they exist.</summary>
    public static void Read(TokenizerBuilder builder, string folder)
    {
        string config = Path.Combine(folder, "tokenizer_config.json");
        if (File.Exists(config)) ReadConfig(builder, config);
        string added = Path.Combine(folder, "added_tokens.json");
        if (File.Exists(added)) ReadMap(builder, added);
    }

    /// <summary>The <c>added_tokens</c> of tokenizer.json: objects that carry their id.</summary>
    public static void ReadList(TokenizerBuilder builder, string path, ref Utf8JsonReader reader) =>
        JsonFile.ReadArray(path, ref reader, (ref Utf8JsonReader r) => ReadToken(builder, path, id: null, ref r));

    /// <summary>The <c>added_tokens_decoder</c> of tokenizer_config.json: objects by id.</summary>
    private static void ReadConfig(TokenizerBuilder builder, string path) =>
        JsonFile.Read(path, (ref Utf8JsonReader reader) =>
        {
            bool isDecoder = reader.ValueTextEquals("added_tokens_decoder");
            reader.Read();
            if (!isDecoder)
            {
                reader.Skip();
                return;
            }

            JsonFile.ReadObject(path, ref reader, (ref Utf8JsonReader r) =>
            {
                string? key = r.GetString();
                if (!int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id))
                    throw new TokenizerException(path, "ids as names in added_tokens_decoder", $"'{key}'");
                r.Read();
                ReadToken(builder, path, id, ref r);
            });
        });

    /// <summary>
    /// added_tokens.json: contents with their ids and no flags; a token told by no other file is not special.
    /// </summary>
    private static void ReadMap(TokenizerBuilder builder, string path) =>
        JsonFile.Read(path, (ref Utf8JsonReader reader) =>
        {
            string content = reader.GetString()!;
            reader.Read();
            int id = JsonFile.ReadId(path, ref reader);
            if (!builder.HasAddedToken(id, content))
                builder.AddAddedToken(path, new AddedToken(id, content, Special: false));
        });

    private static void ReadToken(TokenizerBuilder builder, string path, int? id, ref Utf8JsonReader reader)
    {
        string? content = null;
        bool special = false;
        JsonFile.ReadObject(path, ref reader, (ref Utf8JsonReader r) =>
        {
            string name = r.GetString()!;
            r.Read();
            switch (name)
            {
                case "id":
                    id = JsonFile.ReadId(path, ref r);
                    break;
                case "content":
                    JsonFile.Expect(path, ref r, JsonTokenType.String, "a string as content of an added token");
                    content = r.GetString();
                    break;
                case "special":
                    special = ReadFlag(path, name, ref r);
                    break;
                case "lstrip" or "rstrip" or "single_word" when ReadFlag(path, name, ref r):
                    throw new TokenizerException(path, $"added tokens without {name}", $"it set for '{content}'");
                default:
                    r.Skip();
                    break;
            }
        });
        if (id is null || content is null)
            throw new TokenizerException(path, "id and content in every added token", $"id {id}, content '{content}'");
        builder.AddAddedToken(path, new AddedToken(id.Value, content, special));
    }

    private static bool ReadFlag(string path, string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) return reader.GetBoolean();
        throw new TokenizerException(
            path, $"true or false for {name}", $"{reader.TokenType} at byte {reader.TokenStartIndex}");
    }
}
