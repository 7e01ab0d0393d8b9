using System.Text;
using System.Text.Json;
using Xunit;

namespace AsrService.Tokenizer.Tests;

/// <summary>Tokenizers to test on: the published one where it is at hand, and a small one that always is.</summary>
internal static class TokenizerFixture
{
    private const string Variable = "ASR_TEST_QWEN3_TOKENIZER";
    private static readonly Lazy<BpeTokenizer> Published =
        new(() => BpeTokenizer.Load(Path.GetDirectoryName(PublishedPath)!));

    /// <summary>Path of a published Qwen3 tokenizer.json, as tests/fetch-vocabulary.sh prints it.</summary>
    public static string? PublishedPath => Environment.GetEnvironmentVariable(Variable);

    /// <summary>The published vocabulary; the test is skipped, and counted as such, without it.</summary>
    public static BpeTokenizer Qwen3()
    {
        Assert.SkipUnless(File.Exists(PublishedPath), $"{Variable} names no file; see tests/fetch-vocabulary.sh.");
        return Published.Value;
    }

    /// <summary>
    /// All bytes in order of value, then one token for each merge; added tokens behind them: special ones in
    /// <c>&lt;|…|&gt;</c>, others not.
    /// </summary>
    public static BpeTokenizer Small(string[] merges, params string[] added)
    {
        using var folder = new TemporaryFolder();
        WriteSmall(folder, merges, added);
        return BpeTokenizer.Load(folder.Path);
    }

    /// <summary>The files of <see cref="Small"/>.</summary>
    public static void WriteSmall(TemporaryFolder folder, string[] merges, params string[] added)
    {
        var vocabulary = new Dictionary<string, int>();
        for (int b = 0; b < 256; b++) vocabulary[MappedByte((byte)b)] = b;
        foreach (string merge in merges)
            vocabulary.TryAdd(merge.Replace(" ", "", StringComparison.Ordinal), vocabulary.Count);
        var decoder = new Dictionary<string, object>();
        foreach (string content in added)
        {
            decoder[$"{vocabulary.Count + decoder.Count}"] =
                new { content, special = content.StartsWith("<|", StringComparison.Ordinal) };
        }

        folder.Write("vocab.json", JsonSerializer.Serialize(vocabulary));
        folder.Write("merges.txt", $"#version: 0.2\n{string.Join('\n', merges)}\n");
        folder.Write("tokenizer_config.json", JsonSerializer.Serialize(new { added_tokens_decoder = decoder }));
    }

    /// <summary>The character under which files write a byte.</summary>
    public static string MappedByte(byte value)
    {
        static bool IsPrintable(int b) => b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
        int stands = IsPrintable(value) ? value : 0x100 + Enumerable.Range(0, value).Count(b => !IsPrintable(b));
        return ((char)stands).ToString();
    }

    /// <summary>Text made of any scalar values, with a liking for ASCII, spaces, marks and line ends.</summary>
    public static string RandomText(Random random, int length)
    {
        string[] common = [" ", "  ", "\n", "\r\n", "'s", "a", "Ab", "7", "…", "你", "é", "́", "é", "가", "😀", "̣"];
        var text = new StringBuilder();
        while (length-- > 0)
        {
            int scalar = random.Next(0x10F800);
            if (random.Next(3) > 0) text.Append(common[random.Next(common.Length)]);
            else text.Append(char.ConvertFromUtf32(scalar < 0xD800 ? scalar : scalar + 0x800));
        }

        return text.ToString();
    }
}
