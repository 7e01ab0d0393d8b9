using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed class WerCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("the cat sat", "The cat, sat down!", "WER 33.33 % (1 of 3 words: 0 substituted, 0 deleted, 1 inserted)")]
    [InlineData("我没有用过 MySQL。", "我没用过 mysql", "WER 16.67 % (1 of 6 words: 0 substituted, 1 deleted, 0 inserted)")]
    [InlineData("", "", "WER 0.00 % (0 of 0 words: 0 substituted, 0 deleted, 0 inserted)")]
    public async Task Wer_LiteralText_IsCounted(string reference, string hypothesis, string expected)
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("wer", "--", reference, hypothesis));

        Assert.Equal(expected, result.OutputLines[0]);
        Assert.StartsWith("CER ", result.OutputLines[1], StringComparison.Ordinal);
        Assert.StartsWith("normalization: lower case", result.OutputLines[2], StringComparison.Ordinal);
        Assert.Equal(2, result.ErrorLines.Length); // each text is said not to be a file
    }

    [Fact]
    public async Task Wer_Files_AreRead()
    {
        File.WriteAllText(_folder.At("ref.txt"), "ten green bottles\n");
        File.WriteAllText(_folder.At("hyp.txt"), "ten\r\ngreen bottle");

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("wer", _folder.At("ref.txt"), _folder.At("hyp.txt")));

        Assert.StartsWith("WER 33.33 % (1 of 3 words: 1 substituted", result.OutputLines[0], StringComparison.Ordinal);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Wer_FolderOrUnreadableFile_IsRefused()
    {
        AsrAssert.Refused(ExitCodes.Usage, await AsrProcess.RunAsync("wer", _folder.Path, "a"), "REF", "expected a file or text", _folder.Path);
        AsrAssert.Refused(ExitCodes.BadInput, await AsrProcess.RunAsync("wer", "/proc/self/mem", "a"), "/proc/self/mem: cannot be read");
    }
}
