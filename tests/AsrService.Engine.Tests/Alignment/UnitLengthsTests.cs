using AsrService.Engine.Alignment;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

[Trait("Category", "Unit")]
public sealed class UnitLengthsTests
{
    [Theory]
    [InlineData("100 400 500 500 600 700", "100 400 480 520 600 700")] // in the gap, around where it was
    [InlineData("100 400 400 400 600 700", "100 400 400 440 600 700")] // in the gap, as near as can be
    [InlineData("100 400 400 400 400 700", "100 390 390 410 410 700")] // from both neighbours
    [InlineData("0 0 0 0", "0 40 40 80")]
    [InlineData("80 240 320 480", "80 240 320 480")]
    [InlineData("100 900 1040 1120", "100 900 960 1000")] // behind the clip's end
    public void Ensure_ShortUnit_TakesTheRoomAroundIt(string given, string expected)
    {
        int[] times = [.. given.Split(' ').Select(int.Parse)];

        UnitLengths.Ensure(times, Speech(1000), 1000);

        Assert.Equal(expected, string.Join(' ', times));
    }

    [Fact]
    public void Ensure_ShortUnitInAPause_MovesToSpeech()
    {
        int[] times = [100, 300, 500, 500, 900, 1000];
        var activity = Speech(1000);
        activity.AsSpan(30..80).Clear(); // 300 to 800 ms

        int count = UnitLengths.Ensure(times, activity, 1000);

        Assert.Equal(1, count);
        Assert.Equal([100, 300, 800, 840, 900, 1000], times);
    }

    [Fact]
    public void Ensure_RandomTimes_GivesOrderedUnitsWithLengthWithinTheClip()
    {
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            int units = random.Next(1, 40), clip = random.Next(300, 4000);
            int[] times = [.. Enumerable.Range(0, 2 * units).Select(_ => 80 * random.Next(clip / 80 + 2)).Order()];
            var activity = Enumerable.Range(0, clip / 10).Select(_ => random.Next(4) > 0).ToArray();
            int least = Math.Min(20, clip / units - 1);

            UnitLengths.Ensure(times, activity, clip);

            Assert.Equal(times.Order(), times);
            Assert.InRange(times[^1], 0, clip);
            for (int unit = 0; unit < units; unit++) Assert.InRange(times[2 * unit + 1] - times[2 * unit], least, clip);
        }
    }

    [Fact]
    public void Ensure_LongUnits_KeepTheirBits()
    {
        int[] times = [0, 80, 80, 240, 300, 320, 640, 960];

        int count = UnitLengths.Ensure(times, [], 1000);

        Assert.Equal(0, count);
        Assert.Equal([0, 80, 80, 240, 300, 320, 640, 960], times);
    }

    private static bool[] Speech(int milliseconds) => [.. Enumerable.Repeat(true, milliseconds / 10)];
}
