using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.Transcripts;

[Trait("Category", "Conformance")]
public sealed class OutputParserTests
{
    [Theory]
    [InlineData("language English<asr_text>Hi there.", "English", "Hi there.")]
    [InlineData("language None<asr_text>", "", "")]
    [InlineData("language None<asr_text>um", "", "um")]
    [InlineData("language Chinese\n<asr_text>你好", "Chinese", "你好")]
    [InlineData("language english<asr_text> x ", "English", "x")]
    [InlineData("plain text", "", "plain text")]
    [InlineData("language English", "", "language English")]
    [InlineData("language <asr_text>Hi", "", "Hi")]
    [InlineData("<asr_text>Hi", "", "Hi")]
    [InlineData("Language: English<asr_text>Hi", "", "Hi")]
    [InlineData("language English<asr_text>a<asr_text>b", "English", "a<asr_text>b")]
    [InlineData("language Chinese English<asr_text>t", "Chinese english", "t")]
    public void Parse_Vector_GivesLanguageAndText(string raw, string language, string text) => // vectors, section 5
        Assert.Equal((language, text), OutputParser.Parse(raw, forcedLanguage: null));

    [Fact]
    public void Parse_ForcedLanguage_KeepsTheWholeAnswer() =>
        Assert.Equal(
            ("English", "language English<asr_text>Hi"),
            OutputParser.Parse(" language English<asr_text>Hi\n", "English"));

    [Theory]
    [InlineData(null, "", "")]
    [InlineData(" \u001C\n", "", "")] // U+001C is white space to Python
    [InlineData("noise\n\n  LANGUAGE fRENCH \nlanguage German<asr_text>\u001Fx\u001F", "French", "x")] // the first
    [InlineData("a\u2028language Thai\u0085b<asr_text>x", "Thai", "x")] // ends of lines in Python
    [InlineData("LANGUAGE NONE<asr_text> x", "", "x")]
    [InlineData("language Nonexistent<asr_text>x", "", "x")] // contains "language none"
    [InlineData("language \U00010428\U00010400<asr_text>x", "\U00010400\U00010428", "x")]
    [InlineData("language English<asr_text>no no no no no no no no no no no no no no no no no no no no no no no no no",
        "English", "no no")] // the last one has no space behind it
    public void Parse_Corner_FollowsTheReference(string? raw, string language, string text) =>
        Assert.Equal((language, text), OutputParser.Parse(raw, forcedLanguage: ""));
}
