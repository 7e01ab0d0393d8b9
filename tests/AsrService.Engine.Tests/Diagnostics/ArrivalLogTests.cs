using AsrService.Engine.Diagnostics;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Diagnostics;

[Trait("Category", "Unit")]
public class ArrivalLogTests
{
    private const int Second = 16_000;

    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(Second, 1)]
    [InlineData(Second + 1, 2)]
    [InlineData(2 * Second, 2)]
    [InlineData(3 * Second, 3)]
    public void At_Sample_IsWhenTheLastOfThemCame(long sample, int seconds)
    {
        var log = new ArrivalLog(_clock);
        long start = _clock.GetTimestamp();

        for (int i = 1; i <= 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            log.Append(i * Second);
        }

        Assert.Equal(TimeSpan.FromSeconds(seconds), _clock.GetElapsedTime(start, log.At(sample)));
    }

    [Fact]
    public void At_LongAgo_IsTheOldestThereIs()
    {
        var log = new ArrivalLog(_clock);
        for (int i = 1; i <= 100; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            log.Append(i * Second);
        }

        Assert.InRange(_clock.GetElapsedTime(log.At(1)), TimeSpan.FromSeconds(39), TimeSpan.FromSeconds(41));
    }

    [Fact]
    public void Append_Chunk_AllocatesNothing()
    {
        var log = new ArrivalLog(_clock);
        long end = 0;

        Assert.Equal(0, Allocations.Of(() => log.Append(end += 3200)));
    }

    [Fact]
    public void At_NotYetThere_IsNow()
    {
        var log = new ArrivalLog(_clock);
        _clock.Advance(TimeSpan.FromSeconds(1));

        log.Append(100);

        Assert.Equal(_clock.GetTimestamp(), log.At(Second));
    }

    [Fact]
    public void SpeechEndBefore_SpeechOver_IsWhenItsLastSampleCame()
    {
        var log = new ArrivalLog(_clock);
        long start = _clock.GetTimestamp();
        for (int i = 1; i <= 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            log.Append(i * Second);
        }

        log.Spoke(isBegin: true, 0);
        var speaking = _clock.GetElapsedTime(start, log.SpeechEndBefore(3 * Second));
        log.Spoke(isBegin: false, 2 * Second);
        var quiet = _clock.GetElapsedTime(start, log.SpeechEndBefore(3 * Second));

        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)), (speaking, quiet));
    }
}
