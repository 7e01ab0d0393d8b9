using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

[Trait("Category", "Unit")]
public sealed class SegmentSettingsTests
{
    [Fact]
    public void At_BetweenUpdates_IsWhatWasInForceThere()
    {
        var history = new SettingsHistory(Settings(0));
        history.Add(Settings(1_000));
        history.Add(Settings(1_000) with { Context = "again" });
        history.Add(Settings(2_000));

        Assert.Equal(0, history.At(999).From);
        Assert.Equal("again", history.At(1_000).Context);
        Assert.Equal(1_000, history.At(1_999).From);
        Assert.Equal(2_000, history.At(90_000).From);
    }

    /// <summary>A caller who updates and never speaks.</summary>
    [Fact]
    public void Add_NoSegmentEver_KeepsWhatMayStillBeAskedFor()
    {
        var history = new SettingsHistory(Settings(0));

        for (int second = 1; second <= 3_600; second++) history.Add(Settings(second * 16_000L));

        Assert.InRange(history.Count, 1, 8);
        Assert.Equal(3_594 * 16_000, history.At(3_595 * 16_000 - 1).From);
    }

    private static SegmentSettings Settings(long from) =>
        new(from, $"from {from}", LanguageOptions.Default, 0, TimeSpan.FromSeconds(30));
}
