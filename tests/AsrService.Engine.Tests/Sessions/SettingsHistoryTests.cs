using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

[Trait("Category", "Unit")]
public sealed class SettingsHistoryTests
{
    [Fact]
    public void At_AscendingSamples_GivesWhatHoldsThere()
    {
        var history = new SettingsHistory(Of(0, "first"));
        history.Add(Of(100, "second"));
        history.Add(Of(100, "instead"));
        history.Add(Of(300, "third"));

        Assert.Equal("third", history.Newest.Context);
        Assert.Equal(
            ["first", "first", "instead", "instead", "third", "third"],
            new long[] { 0, 99, 100, 299, 300, 1 << 20 }.Select(sample => history.At(sample).Context));
    }

    [Fact]
    public void Add_AtTheFirstSample_ReplacesTheFirst()
    {
        var history = new SettingsHistory(Of(0, "first"));

        history.Add(Of(0, "instead"));

        Assert.Equal("instead", history.At(0).Context);
    }

    private static SegmentSettings Of(long from, string context) =>
        new(from, context, LanguageOptions.Default, 0, TimeSpan.FromSeconds(30));
}
