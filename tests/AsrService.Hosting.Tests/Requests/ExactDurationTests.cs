using Google.Protobuf.WellKnownTypes;

namespace AsrService.Hosting.Tests.Requests;

[Trait("Category", "Unit")]
public class ExactDurationTests
{
    [Theory]
    [InlineData(0, 62_499, 16_000, 0)]
    [InlineData(0, 62_500, 16_000, 1)]
    [InlineData(1, 0, 44_100, 44_100)]
    [InlineData(30, 0, 48_000, 1_440_000)]
    [InlineData(0, 999_999_999, 8_000, 7_999)]
    public void Frames_ADuration_IsRoundedDown(long seconds, int nanos, int rate, long frames) =>
        Assert.Equal(frames, ExactDuration.Frames(ExactDuration.Nanos(new Duration { Seconds = seconds, Nanos = nanos })!.Value, rate));

    [Theory]
    [InlineData(1, -1)]
    [InlineData(-1, 1)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    public void Nanos_NoDuration_IsNull(long seconds, int nanos) =>
        Assert.Null(ExactDuration.Nanos(new Duration { Seconds = seconds, Nanos = nanos }));
}
