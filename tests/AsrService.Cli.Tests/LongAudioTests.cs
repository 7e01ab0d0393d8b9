using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed class LongAudioTests : IDisposable
{
    private const long MaxRss = 600L << 20;

    // A cut may fall into the recording; and the demonstration model hears nothing behind seconds of digital silence.
    private const string LastWords = "Thursday, October sixth.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Transcribe_ThreeHours_IsBoundedAndSaysHowFar()
    {
        string file = _folder.At("long.wav");
        Recordings.WriteLong(file, 3 * 3600, Recordings.Numbers, 0, 1800, 5400, 10_700);

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("transcribe", file));

        Assert.Equal(4, Assert.Single(result.OutputLines).Split(LastWords).Length - 1);
        var progress = AsrAssert.ErrorsBesidesNotice(result);
        Assert.Equal(9, progress.Length); // every 10 %
        for (int i = 0; i < progress.Length; i++)
            Assert.Matches($@"^{file}: {(i + 1) * 10} %, [0-2]:[0-5][0-9]:[0-5][0-9] of 3:00:00, [0-9.]+× real time$", progress[i]);
        Assert.InRange(Posix.PeakRssOfChildren(), 1, MaxRss);
    }

    [Fact]
    public async Task Transcribe_LongCompressed_IsBoundedAsWell()
    {
        string wav = _folder.At("long.wav");
        Recordings.WriteLong(wav, 1800, Recordings.Numbers, 60, 900);
        string mp3 = Recordings.Convert(wav, _folder.At("long.mp3"), "-b:a", "16k");

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("transcribe", mp3));

        Assert.Contains("birthday", Assert.Single(result.OutputLines), StringComparison.Ordinal);
        Assert.InRange(Posix.PeakRssOfChildren(), 1, MaxRss);
    }

    [Fact]
    public async Task Transcribe_FileDeletedInMidRun_IsReadToItsEnd()
    {
        string file = _folder.At("long.wav");
        Recordings.WriteLong(file, 3600, Recordings.Numbers, 0, 3500);
        using var process = new AsrProcess(new AsrStart("transcribe", file));
        await process.FirstErrorAsync();

        File.Delete(file);

        var result = AsrAssert.Ended(ExitCodes.Done, await process.WaitAsync());
        Assert.Equal(2, result.Output.Split(LastWords).Length - 1);
    }
}
