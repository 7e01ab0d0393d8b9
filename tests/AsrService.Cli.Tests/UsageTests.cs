using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public class UsageTests
{
    [Theory]
    [InlineData("", "asr: expected a command (demo, transcribe, stream, align, load, ops, model, wer, bench), found none")]
    [InlineData("foo", "found \"foo\"")]
    [InlineData("model", "expected a command (info, list, pull)")]
    [InlineData("model pull", "expected REPO, found none")]
    [InlineData("model pull name", "REPO: expected OWNER/NAME, as in Qwen/Qwen3-ASR-0.6B, found \"name\"")]
    [InlineData("model pull a/../b", "REPO: expected OWNER/NAME")]
    [InlineData("model pull a/..", "REPO: expected OWNER/NAME")]
    [InlineData("model pull a/b --revision a/../b", "--revision: expected a branch, tag or commit")]
    [InlineData("model pull a/b --hub ftp://hub", "--hub: expected http://HOST[:PORT][/PATH] or https://…, found \"ftp://hub\"")]
    [InlineData("ops", "expected a command (stats, drain, sessions)")]
    [InlineData("ops stats --format xml", "--format: expected table or json, found \"xml\"")]
    [InlineData("ops stats --server nowhere", "--server: expected http://HOST:PORT")]
    [InlineData("ops drain --grace 86401", "--grace: expected a whole number in 0..86400")]
    [InlineData("ops drain --end --grace 1", "--grace: has no meaning with --end")]
    [InlineData("load --streams 0", "--streams: expected a whole number in 1..1024")]
    [InlineData("load --duration 0", "--duration: expected a number in 1..86400")]
    [InlineData("load --server-pid 1", "--server-pid: has no meaning without --server")]
    [InlineData("load --server localhost:1 --model demo-asr", "--model: has no meaning with --server")]
    [InlineData("load --server localhost:1 --metrics x", "--metrics: expected http://HOST:PORT/metrics, found \"x\"")]
    [InlineData("transcribe", "asr transcribe: expected FILE, found none. See 'asr transcribe --help'.")]
    [InlineData("wer one", "expected HYP")]
    [InlineData("demo more", "no place for \"more\"")]
    [InlineData("transcribe --bogus a.wav", "no option --bogus")]
    [InlineData("transcribe a.wav -x", "no option -x")]
    [InlineData("bench engine --bogus", "no option --bogus")]
    [InlineData("transcribe a.wav --threads", "'--threads'")]
    [InlineData("transcribe a.wav --threads -1", "--threads: expected a whole number in 0..1024, found \"-1\"")]
    [InlineData("transcribe a.wav --threads 100000", "found \"100000\"")]
    [InlineData("transcribe a.wav --threads 99999999999999999999", "--threads")]
    [InlineData("transcribe a.wav --threads two", "found \"two\"")]
    [InlineData("transcribe a.wav --threads 1 --threads 2", "--threads")]
    [InlineData("transcribe a.wav --batch 0", "--batch: expected a whole number in 1..128")]
    [InlineData("transcribe a.wav --max-segment 0", "--max-segment: expected a number in 1..1200")]
    [InlineData("transcribe a.wav --max-segment NaN", "found \"NaN\"")]
    [InlineData("transcribe a.wav --max-segment 1e9", "found \"1e9\"")]
    [InlineData("transcribe a.wav --max-new-tokens 0", "--max-new-tokens: expected a whole number in 1..65536")]
    [InlineData("transcribe a.wav --format xml", "--format: expected text or json or srt or vtt, found \"xml\"")]
    [InlineData("transcribe a.wav --weights int4", "--weights: expected bf16 or f32")]
    [InlineData("transcribe a.wav --language Klingon", "Chinese (zh), English (en), Cantonese (yue)")]
    [InlineData("transcribe a.wav --model none-such", "demo-aligner, demo-asr")]
    [InlineData("model info none-such", "DIR: expected a folder or an installed model")]
    [InlineData("bench engine --random 3b", "--random: expected 0.6b or 1.7b")]
    [InlineData("align --audio a.wav --text b.txt --format xml", "--format: expected json or srt or vtt or textgrid")]
    [InlineData("bench align --batch 65", "--batch: expected a whole number in 1..64")]
    [InlineData("bench engine --seconds 0", "--seconds: expected a number in 0.1..1200")]
    [InlineData("bench engine --force-tokens 0", "--force-tokens")]
    public async Task Usage_Mistake_IsOneLineAndTwo(string line, string expected)
    {
        var result = await AsrProcess.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        AsrAssert.Refused(ExitCodes.Usage, result, expected);
    }

    [Fact]
    public async Task Context_Huge_IsRefusedByItsLength()
    {
        var result = await AsrProcess.RunAsync("transcribe", "a.wav", "--context", new string('x', 100_000)); // Linux takes 128 KiB an argument

        AsrAssert.Refused(ExitCodes.Usage, result, "--context: expected at most 40000 characters, found 100000");
        Assert.True(result.Errors.Length < 300);
    }

    [Fact]
    public async Task Context_MorePositionsThanTheModelHas_IsAModelFault()
    {
        var result = await AsrProcess.RunAsync("transcribe", Recordings.Numbers, "--context", new string('鬱', 30_000));

        AsrAssert.Refused(ExitCodes.ModelFault, result, Recordings.Numbers, "positions", "65536");
    }

    [Theory, InlineData("--help"), InlineData("transcribe --help"), InlineData("bench engine -h"), InlineData("--version")]
    public async Task Help_Asked_IsAnAnswer(string line)
    {
        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(line.Split(' ')));

        Assert.NotEmpty(result.Output);
        Assert.Empty(result.Errors);
    }
}
