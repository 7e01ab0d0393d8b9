using System.Text.Json;

namespace AsrService.Tokenizer;

/// <summary>
/// <c>tokenizer.json</c>: vocabulary, merges (as "a b" or as pairs) and added tokens in one file. Its normalizer and
/// pre-tokenizer are not read: the model was trained with NFC and the Qwen2 pattern, and where a file names another
/// pattern (the Mistral one of the reference's <c>fix_mistral_regex</c>) the trained one is still right.
/// </summary>
internal static class TokenizerJson
{
    public static void Read(TokenizerBuilder builder, string path) =>
        JsonFile.Read(path, (ref Utf8JsonReader reader) =>
        {
            bool isModel = reader.ValueTextEquals("model");
            bool isAdded = reader.ValueTextEquals("added_tokens");
            reader.Read();
            if (isModel) ReadModel(builder, path, ref reader);
            else if (isAdded) AddedTokensFiles.ReadList(builder, path, ref reader);
            else reader.Skip();
        });

    private static void ReadModel(TokenizerBuilder builder, string path, ref Utf8JsonReader reader)
    {
        Utf8JsonReader early = default; // at merges that stand before the vocabulary they refer to
        bool hasMerges = false;
        bool isEarly = false;
        Expect(path, ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("type");
            bool isVocabulary = reader.ValueTextEquals("vocab");
            bool isMerges = reader.ValueTextEquals("merges");
            reader.Read();
            if (isType && !reader.ValueTextEquals("BPE"))
                throw new TokenizerException(path, "model type BPE", $"'{reader.GetString()}'");
            if (isVocabulary) ReadVocabulary(builder, path, ref reader);
            if (isMerges)
            {
                hasMerges = true;
                isEarly = builder.TokenCount == 0;
                early = reader;
                if (!isEarly) ReadMerges(builder, path, ref reader);
            }

            reader.Skip();
        }

        if (builder.TokenCount == 0) throw new TokenizerException(path, "tokens in model.vocab", "none");
        if (!hasMerges) throw new TokenizerException(path, "model.merges", "no such property");
        if (isEarly) ReadMerges(builder, path, ref early);
    }

    private static void ReadVocabulary(TokenizerBuilder builder, string path, ref Utf8JsonReader reader)
    {
        using var token = new JsonText();
        JsonFile.ReadObject(
            path, ref reader, (ref Utf8JsonReader r) => TokenizerLoader.ReadToken(builder, path, token, ref r));
    }

    private static void ReadMerges(TokenizerBuilder builder, string path, ref Utf8JsonReader reader)
    {
        using var left = new JsonText();
        using var right = new JsonText();
        int place = 0;
        JsonFile.ReadArray(path, ref reader, (ref Utf8JsonReader r) =>
        {
            place++;
            if (r.TokenType == JsonTokenType.String)
            {
                left.Set(ref r);
                builder.AddMerge(path, left.Utf8, place);
                return;
            }

            Expect(path, ref r, JsonTokenType.StartArray);
            ReadPart(path, left, ref r);
            ReadPart(path, right, ref r);
            r.Read();
            Expect(path, ref r, JsonTokenType.EndArray);
            builder.AddMerge(path, left.Utf8, right.Utf8, place);
        });
    }

    private static void ReadPart(string path, JsonText part, ref Utf8JsonReader reader)
    {
        reader.Read();
        Expect(path, ref reader, JsonTokenType.String);
        part.Set(ref reader);
    }

    private static void Expect(string path, ref Utf8JsonReader reader, JsonTokenType type) =>
        JsonFile.Expect(path, ref reader, type, $"{type} in model");
}
