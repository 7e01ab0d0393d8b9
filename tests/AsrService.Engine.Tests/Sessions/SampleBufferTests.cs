using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

[Trait("Category", "Unit")]
public sealed class SampleBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_RandomUse_GivesTheSamplesOfThoseIndices(int seed)
    {
        var random = new Random(seed);
        var buffer = new SampleBuffer();
        for (int round = 0; round < 400; round++)
        {
            var more = new float[random.Next(random.Next(10) == 0 ? 60_000 : 3_000)];
            for (int i = 0; i < more.Length; i++) more[i] = ValueAt(buffer.End + i);
            buffer.Append(more);
            if (random.Next(3) == 0) buffer.Release(buffer.End - random.Next(40_000));
            long from = buffer.Start + random.NextInt64(buffer.End - buffer.Start + 1);
            var read = new float[(int)Math.Min(random.Next(30_000), buffer.End - from)];

            buffer.Read(from, read);

            for (int i = 0; i < read.Length; i++) Assert.Equal(ValueAt(from + i), read[i]);
        }
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(99, 1)]
    [InlineData(190, 11)]
    public void Read_NotHeld_Throws(long from, int count)
    {
        var buffer = new SampleBuffer();
        buffer.Append(new float[200]);
        buffer.Release(100);

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Read(from, new float[count]));
    }

    [Fact]
    public void Release_BackwardsOrBeyondTheEnd_StaysWithinWhatIsHeld()
    {
        var buffer = new SampleBuffer();
        buffer.Append(new float[200]);
        buffer.Release(150);
        buffer.Release(10);
        Assert.Equal(150, buffer.Start);

        buffer.Release(500);

        Assert.Equal((200, 200), (buffer.Start, buffer.End));
    }

    private static float ValueAt(long index) => index % 1_000_003;
}
