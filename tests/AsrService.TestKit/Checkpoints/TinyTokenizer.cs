using System.Text.Json.Nodes;

namespace AsrService.TestKit;

/// <summary>The smallest complete tokenizer of the architecture: bytes, a few merges, the special tokens.</summary>
public static class TinyTokenizer
{
    /// <summary>Ids of the added tokens; those below 256 are bytes, then come the merges.</summary>
    public const int EndOfText = 300, TurnStart = 301, TurnEnd = 302, AudioStart = 303, AudioEnd = 304, AudioPad = 305;

    /// <summary>The added tokens that are not special.</summary>
    public const int AsrText = 306, Timestamp = 307;

    private static readonly (int Id, string Content, bool IsSpecial)[] Added =
    [
        (EndOfText, "<|endoftext|>", true), (TurnStart, "<|im_start|>", true), (TurnEnd, "<|im_end|>", true),
        (AudioStart, "<|audio_start|>", true), (AudioEnd, "<|audio_end|>", true), (AudioPad, "<|audio_pad|>", true),
        (AsrText, "<asr_text>", false), (Timestamp, "<timestamp>", false),
    ];

    private static readonly string[] Merges = ["Ġ t", "h e", "Ġt he", "i n", "a n", "e r", "u a", "an g", "ang ua"];

    /// <summary>Writes vocab.json, merges.txt and tokenizer_config.json.</summary>
    public static void Write(string folder)
    {
        var vocabulary = new JsonObject();
        for (int b = 0; b < 256; b++) vocabulary[CharacterOf(b).ToString()] = b;
        foreach (string merge in Merges)
            vocabulary[merge.Replace(" ", "", StringComparison.Ordinal)] = vocabulary.Count;

        SafetensorsWriter.WriteJson(Path.Combine(folder, "vocab.json"), vocabulary);
        File.WriteAllText(Path.Combine(folder, "merges.txt"), $"#version: 0.2\n{string.Join('\n', Merges)}\n");
        SafetensorsWriter.WriteJson(Path.Combine(folder, "tokenizer_config.json"), Settings());
    }

    private static JsonObject Settings()
    {
        var decoder = new JsonObject();
        foreach (var (id, content, isSpecial) in Added)
        {
            decoder[$"{id}"] = new JsonObject
            {
                ["content"] = content,
                ["lstrip"] = false,
                ["normalized"] = false,
                ["rstrip"] = false,
                ["single_word"] = false,
                ["special"] = isSpecial,
            };
        }

        return new JsonObject
        {
            ["add_prefix_space"] = false,
            ["added_tokens_decoder"] = decoder,
            ["bos_token"] = null,
            ["eos_token"] = "<|im_end|>",
            ["errors"] = "replace",
            ["pad_token"] = "<|endoftext|>",
            ["tokenizer_class"] = "Qwen2Tokenizer",
            ["unk_token"] = null,
        };
    }

    // Byte-level BPE writes every byte as a printable character: itself, or for the rest, in order, from U+0100 on.
    private static char CharacterOf(int value)
    {
        static bool IsPrintable(int b) => b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
        return IsPrintable(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(b => !IsPrintable(b)));
    }
}
