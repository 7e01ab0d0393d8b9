using AsrService.Engine.Alignment;
using AsrService.Engine.Tests.Decoding;
using AsrService.Models.Configuration;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

[Trait("Category", "Unit")]
public sealed class AlignmentPromptTests
{
    private static readonly ModelConfig Config = QwenIds.Config with { Aligner = new AlignerConfig(50, 151705, TimeSpan.FromMilliseconds(80)) };

    [Fact]
    public void Build_Units_GivesThePublishedIds() // aligner.md, section 1; "a" and "b" are bytes
    {
        var prompt = AlignmentPrompt.Build(QwenIds.Load(), Config, ["language", "ab"], audioTokens: 3);

        Assert.Equal("151669 151676 151676 151676 151670 11528 151705 151705 64 65 151705 151705", string.Join(' ', prompt.Ids));
        Assert.Equal([6, 7, 10, 11], prompt.Slots);
    }

    [Fact]
    public void Build_UnitSpellsAToken_IsPlainText()
    {
        var prompt = AlignmentPrompt.Build(QwenIds.Load(), Config, ["<timestamp>"], audioTokens: 1);

        Assert.Equal(2, prompt.Ids.Count(id => id == 151705));
        Assert.Equal([^2, ^1], prompt.Slots.Select(slot => new Index(prompt.Ids.Length - slot, fromEnd: true)));
    }

    [Fact]
    public void Build_Transcriber_IsRefused() =>
        Assert.Throws<ArgumentException>(() => AlignmentPrompt.Build(QwenIds.Load(), QwenIds.Config, [], 1));
}
