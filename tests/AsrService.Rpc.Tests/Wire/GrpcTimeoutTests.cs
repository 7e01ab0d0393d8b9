using AsrService.Rpc.Wire;

namespace AsrService.Rpc.Tests.Wire;

[Trait("Category", "Unit")]
public class GrpcTimeoutTests
{
    [Theory]
    [InlineData(1, "1u")] // a tick is a tenth of a microsecond
    [InlineData(10_000, "1000u")]
    [InlineData(10_000_000, "1000000u")]
    [InlineData(999_999_990, "99999999u")]
    [InlineData(999_999_991, "100000m")]
    [InlineData(-5, "1u")]
    public void Format_Ticks_RoundsUpToTheFinestUnit(long ticks, string expected) =>
        Assert.Equal(expected, GrpcTimeout.Format(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void Format_Longest_StaysWithinEightDigits() =>
        Assert.InRange(GrpcTimeout.Format(TimeSpan.MaxValue).Length, 2, 9);

    [Theory]
    [InlineData("1n", 1)]
    [InlineData("100n", 1)]
    [InlineData("1u", 10)]
    [InlineData("1m", 10_000)]
    [InlineData("1S", 10_000_000)]
    [InlineData("1M", 600_000_000)]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("99999999H", 99_999_999 * 36_000_000_000L)]
    [InlineData("0m", 0)]
    public void TryParse_Value_IsExact(string value, long ticks)
    {
        Assert.True(GrpcTimeout.TryParse(value, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("m")]
    [InlineData("1x")]
    [InlineData("-1m")]
    [InlineData("+1m")]
    [InlineData(" 1m")]
    [InlineData("1.5S")]
    [InlineData("123456789m")]
    public void TryParse_Malformed_IsRefused(string value) => Assert.False(GrpcTimeout.TryParse(value, out _));
}
