using System.Diagnostics;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed class InterruptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("wav"), InlineData("mp3")]
    public async Task Interrupt_InMidRun_LeavesNothingBehind(string format)
    {
        string file = _folder.At("long.wav");
        Recordings.WriteLong(file, 3 * 3600, Recordings.Numbers, 0);
        if (format != "wav") file = Recordings.Convert(file, _folder.At("long." + format), "-b:a", "16k");
        using var process = new AsrProcess(new AsrStart("transcribe", file));
        await process.FirstErrorAsync(); // 10 % of it is done

        Posix.SendInterrupt(process.Id);

        var result = AsrAssert.Ended(ExitCodes.Interrupted, await process.WaitAsync());
        Assert.Empty(result.Output);
        Assert.Equal("Interrupted.", result.ErrorLines[^1]);
        Assert.DoesNotContain(Posix.ProcessesWith(file), line => line.Contains("ffmpeg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Interrupt_WhileAPipeHasNoWriter_StillEndsIt()
    {
        string pipe = _folder.At("pipe.wav");
        Posix.MakePipe(pipe);
        using var process = new AsrProcess(new AsrStart("transcribe", "none.wav", pipe) { Limit = TimeSpan.FromSeconds(30) });

        // The first file's fault is said when its turn has come, which is before or while the second is waited for.
        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite); // both ends: it waits for nobody
        Posix.SendInterrupt(await StartedAsync(process));

        AsrAssert.Ended(ExitCodes.Interrupted, await process.WaitAsync());
    }

    /// <summary>The id of the process, once it has opened its model and so handles signals.</summary>
    private static async Task<int> StartedAsync(AsrProcess process)
    {
        var limit = Stopwatch.StartNew();
        while (!Posix.HandlesInterrupt(process.Id))
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(30), "asr handles no SIGINT after 30 s.");
            await Task.Yield();
        }
        return process.Id;
    }
}
