using System.Text.Json;
using AsrService.Models.Configuration;
using AsrService.TestKit;
using AsrService.Tokenizer;

namespace AsrService.Engine.Tests.Decoding;

/// <summary>The published ids of the few words that a prompt is made of, in a tokenizer small enough to write down.</summary>
internal static class QwenIds
{
    public const int EndOfText = 151643, TurnStart = 151644, TurnEnd = 151645;
    public const int AudioStart = 151669, AudioEnd = 151670, AudioPad = 151676, AsrText = 151704;

    private static readonly (string Text, int Id)[] Words =
    [
        ("system", 8948), ("user", 872), ("assistant", 77091), ("language", 11528),
        ("ĠEnglish", 6364), ("ĠChinese", 8453), ("ĊĊ", 271),
    ];

    private static readonly (string Content, int Id)[] Added =
    [
        ("<|endoftext|>", EndOfText), ("<|im_start|>", TurnStart), ("<|im_end|>", TurnEnd), ("<|audio_start|>", AudioStart),
        ("<|audio_end|>", AudioEnd), ("<|audio_pad|>", AudioPad), ("<asr_text>", AsrText), ("<timestamp>", 151705),
    ];

    /// <summary>A configuration with the published ids; none of audio start and end, as in <c>-hf</c> folders.</summary>
    public static ModelConfig Config { get; } = TinyConfigs.Asr with
    {
        AudioTokenId = AudioPad,
        AudioStartTokenId = null,
        AudioEndTokenId = null,
        EosTokenIds = [EndOfText, TurnEnd],
    };

    public static BpeTokenizer Load()
    {
        var vocabulary = new Dictionary<string, int>();
        foreach (int b in Enumerable.Range(0, 256).OrderBy(b => !IsPrintable(b)))
            vocabulary[CharacterOf(b)] = vocabulary.Count;
        var merges = new List<string>();
        foreach (var (text, id) in Words) AddWord(text, id, vocabulary, merges);

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("vocab.json"), JsonSerializer.Serialize(vocabulary));
        File.WriteAllText(folder.At("merges.txt"), $"#version: 0.2\n{string.Join('\n', merges)}\n");
        var added = Added.ToDictionary(
            token => $"{token.Id}",
            token => new { content = token.Content, special = token.Content.StartsWith("<|", StringComparison.Ordinal) });
        File.WriteAllText(folder.At("tokenizer_config.json"), JsonSerializer.Serialize(new { added_tokens_decoder = added }));
        return BpeTokenizer.Load(folder.Path);
    }

    /// <summary>Merges that build a word from its left end; ids of its beginnings are free ones.</summary>
    private static void AddWord(string text, int id, Dictionary<string, int> vocabulary, List<string> merges)
    {
        for (int length = 2; length <= text.Length; length++)
        {
            string merge = $"{text[..(length - 1)]} {text[length - 1]}";
            if (!merges.Contains(merge)) merges.Add(merge);
            vocabulary.TryAdd(text[..length], length == text.Length ? id : 100_000 + vocabulary.Count);
        }
    }

    private static string CharacterOf(int b) =>
        ((char)(IsPrintable(b) ? b : 256 + Enumerable.Range(0, b).Count(other => !IsPrintable(other)))).ToString();

    private static bool IsPrintable(int b) => b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
}
