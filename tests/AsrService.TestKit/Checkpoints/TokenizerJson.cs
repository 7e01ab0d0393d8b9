using System.Globalization;
using System.Text.Json.Nodes;

namespace AsrService.TestKit;

/// <summary>Turns the tokenizer of an original folder into the single tokenizer.json of an <c>-hf</c> folder.</summary>
public static class TokenizerJson
{
    private const string Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>
    /// Reads vocab.json, merges.txt and tokenizer_config.json; writes tokenizer.json and a shorter
    /// tokenizer_config.json.
    /// </summary>
    /// <param name="source">The original folder.</param>
    /// <param name="target">The folder to write to; it exists.</param>
    /// <param name="pairs">Merges as pairs, as written today, or as "a b" strings, as written before.</param>
    public static void Convert(string source, string target, bool pairs = true)
    {
        var settings = ReadJson(source, "tokenizer_config.json");
        var model = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = "",
            ["end_of_word_suffix"] = "",
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = ReadJson(source, "vocab.json"),
            ["merges"] = ReadMerges(source, pairs),
        };
        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = AddedTokens(settings["added_tokens_decoder"]!.AsObject()),
            ["normalizer"] = new JsonObject { ["type"] = "NFC" },
            ["pre_tokenizer"] = PreTokenizer(),
            ["post_processor"] = ByteLevel(),
            ["decoder"] = ByteLevel(),
            ["model"] = model,
        };
        SafetensorsWriter.WriteJson(Path.Combine(target, "tokenizer.json"), tokenizer);
        settings.Remove("added_tokens_decoder");
        SafetensorsWriter.WriteJson(Path.Combine(target, "tokenizer_config.json"), settings);
    }

    private static JsonArray AddedTokens(JsonObject decoder) => new([.. decoder
        .OrderBy(entry => int.Parse(entry.Key, CultureInfo.InvariantCulture))
        .Select(entry =>
        {
            var token = entry.Value!.DeepClone().AsObject();
            token.Insert(0, "id", int.Parse(entry.Key, CultureInfo.InvariantCulture));
            return (JsonNode)token;
        })]);

    private static JsonArray ReadMerges(string folder, bool pairs) => new([.. File
        .ReadLines(Path.Combine(folder, "merges.txt"))
        .Where((line, i) => line.Length > 0 && !(i == 0 && line.StartsWith("#version", StringComparison.Ordinal)))
        .Select(line => pairs ? Pair(line.Split(' ')) : (JsonNode)line)]);

    private static JsonArray Pair(string[] parts) => new(parts[0], parts[1]);

    private static JsonObject PreTokenizer() => new()
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "Split",
                ["pattern"] = new JsonObject { ["Regex"] = Pattern },
                ["behavior"] = "Isolated",
                ["invert"] = false,
            },
            ByteLevel()),
    };

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = false,
        ["use_regex"] = false,
    };

    private static JsonObject ReadJson(string folder, string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name)))!.AsObject();
}
