using AsrService.Engine.Sessions;
using AsrService.Server.Transcriber;

namespace AsrService.Server.Tests.Transcriber.Files;

[Trait("Category", "Unit")]
public class FileProgressMeterTests
{
    [Fact]
    public void Next_Nothing_TellsEveryFourSeconds()
    {
        var meter = new FileProgressMeter(whole: null);

        Assert.Equal([4, 8], Enumerable.Range(1, 10).Where(second => meter.Next(TimeSpan.FromSeconds(second), 0) is not null));
    }

    [Fact]
    public void Next_CameFurther_TellsFractionAndTimeLeft()
    {
        var meter = new FileProgressMeter(TimeSpan.FromSeconds(40));
        meter.Set(new FileTranscriptionProgress(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10), Total: null));

        var progress = meter.Next(TimeSpan.FromSeconds(1), 7)!;

        Assert.Equal(7ul, progress.ReceivedBytes);
        Assert.Equal(0.25f, progress.Fraction);
        Assert.Equal(TimeSpan.FromSeconds(3), progress.Remaining.ToTimeSpan());
        Assert.Null(meter.Next(TimeSpan.FromSeconds(2), 7));
    }

    [Fact]
    public void Next_TheWholeIsUnknown_TellsNoFraction()
    {
        var meter = new FileProgressMeter(whole: null);
        meter.Set(new FileTranscriptionProgress(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10), Total: null));

        var progress = meter.Next(TimeSpan.FromSeconds(1), 7)!;

        Assert.False(progress.HasFraction);
        Assert.Null(progress.Remaining);
    }
}
