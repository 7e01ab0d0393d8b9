using System.Text.Json;

namespace AsrService.Tokenizer;

/// <summary>
/// Reads a model folder's tokenizer files in either of their forms, in one pass over each and without a DOM.
/// </summary>
internal static class TokenizerLoader
{
    public static BpeTokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string vocabulary = Path.Combine(folder, "vocab.json");
        string merges = Path.Combine(folder, "merges.txt");
        string single = Path.Combine(folder, "tokenizer.json");
        var builder = new TokenizerBuilder();
        if (File.Exists(vocabulary) && File.Exists(merges))
        {
            ReadVocabulary(builder, vocabulary);
            ReadMerges(builder, merges);
        }
        else if (File.Exists(single))
        {
            vocabulary = single;
            TokenizerJson.Read(builder, single);
        }
        else
        {
            string found = (File.Exists(vocabulary), File.Exists(merges), Directory.Exists(folder)) switch
            {
                (true, _, _) => "vocab.json alone",
                (_, true, _) => "merges.txt alone",
                (_, _, true) => "none of them",
                _ => "no such folder",
            };
            throw new TokenizerException(folder, "vocab.json and merges.txt, or tokenizer.json", found);
        }

        AddedTokensFiles.Read(builder, folder);
        return builder.Build(vocabulary);
    }

    private static void ReadVocabulary(TokenizerBuilder builder, string path)
    {
        using var token = new JsonText();
        JsonFile.Read(path, (ref Utf8JsonReader reader) => ReadToken(builder, path, token, ref reader));
    }

    /// <summary>One entry of a vocabulary object: the mapped token and its id.</summary>
    public static void ReadToken(TokenizerBuilder builder, string path, JsonText token, ref Utf8JsonReader reader)
    {
        token.Set(ref reader);
        reader.Read();
        builder.AddToken(path, token.Utf8, JsonFile.ReadId(path, ref reader));
    }

    private static void ReadMerges(TokenizerBuilder builder, string path)
    {
        ReadOnlySpan<byte> rest = JsonFile.ReadBytes(path);
        for (int line = 1; !rest.IsEmpty; line++)
        {
            int end = rest.IndexOf((byte)'\n');
            var merge = rest[..(end < 0 ? rest.Length : end)].TrimEnd((byte)'\r');
            rest = end < 0 ? [] : rest[(end + 1)..];
            bool isVersion = line == 1 && merge.StartsWith("#version"u8);
            if (!merge.IsEmpty && !isVersion) builder.AddMerge(path, merge, line);
        }
    }
}
