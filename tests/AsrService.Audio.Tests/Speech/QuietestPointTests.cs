namespace AsrService.Audio.Tests;

[Trait("Category", "Unit")]
public sealed class QuietestPointTests
{
    [Fact]
    public void Find_RandomSamples_IsTheSmallestOfTheWindowWithTheSmallestSum()
    {
        var random = new Random(5);
        for (int round = 0; round < 40; round++)
        {
            var samples = Signals.Noise(random.Next(200, 5000), seed: round);
            int window = random.Next(1, 200);

            Assert.Equal(Reference(samples, window), QuietestPoint.Find(samples, window));
        }
    }

    [Fact]
    public void Find_AllTheSame_IsTheFirst() => Assert.Equal(0, QuietestPoint.Find(new float[4000], 100));

    [Fact]
    public void Find_OneWindow_IsItsSmallestSample() =>
        Assert.Equal(2, QuietestPoint.Find([0.5f, -0.3f, 0.1f, -0.1f], 4));

    private static int Reference(float[] samples, int window)
    {
        int quietest = 0;
        float smallest = float.PositiveInfinity;
        for (int start = 0; start + window <= samples.Length; start++)
        {
            float sum = 0;
            foreach (float sample in samples.AsSpan(start, window)) sum += Math.Abs(sample);
            if (sum >= smallest) continue;
            smallest = sum;
            quietest = start;
        }

        return Enumerable.Range(quietest, window).MinBy(n => Math.Abs(samples[n]));
    }
}
