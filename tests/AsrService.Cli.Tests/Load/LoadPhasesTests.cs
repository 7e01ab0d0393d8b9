using AsrService.Cli.Load;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests.Load;

[Trait("Category", "Unit")]
public class LoadPhasesTests
{
    [Theory]
    [InlineData(9, null), InlineData(10.5, "Start"), InlineData(19.5, "Start"), InlineData(20.5, null), InlineData(49.5, null)]
    [InlineData(50.5, "End"), InlineData(59.5, "End"), InlineData(60.5, null)]
    public void WindowOf_Time_IsFirstOrLastWhileAllRun(double seconds, string? expected)
    {
        var clock = new ManualTimeProvider();
        var phases = new LoadPhases(clock, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(expected, phases.WindowOf(clock.GetTimestamp())?.ToString());
    }

    [Fact]
    public void UntilStart_Streams_AreSpread()
    {
        var clock = new ManualTimeProvider();
        var phases = new LoadPhases(clock, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([0, 1.5, 4, 6.5], Enumerable.Range(0, 4).Select(stream => phases.UntilStart(stream, 4).TotalSeconds));
    }
}
