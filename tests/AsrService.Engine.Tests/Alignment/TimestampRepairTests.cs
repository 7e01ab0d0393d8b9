using AsrService.Engine.Alignment;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

[Trait("Category", "Conformance")]
public sealed class TimestampRepairTests
{
    [Theory]
    [InlineData("0 80 160 240", "0 80 160 240")]
    [InlineData("0 80 5000 160 240 320", "0 80 80 160 240 320")]
    [InlineData("0 80 5000 4900 160 240", "0 80 80 160 160 240")]
    [InlineData("0 4000 3000 2000 80 160", "0 20 40 60 80 160")]
    [InlineData("400 80 160 240", "80 80 160 240")]
    [InlineData("80 160 240 0", "80 160 240 240")]
    [InlineData("0 1000 900 800 700 600 1200", "0 1000 1040 1080 1120 1160 1200")]
    [InlineData("240 160 80", "240 240 240")]
    [InlineData("5000 4000 80 160 240", "80 80 80 160 240")]
    [InlineData("80 160 240 5 6 7", "80 160 240 240 240 240")]
    [InlineData("80", "80")]
    public void Apply_Vector_GivesItsTimes(string times, string repaired) => // testvectors.md, section 9
        Assert.Equal(repaired, string.Join(' ', TimestampRepair.Apply([.. times.Split(' ').Select(int.Parse)])));

    [Fact]
    public void Apply_NoSlots_GivesNone() => Assert.Empty(TimestampRepair.Apply([]));

    [Fact]
    public void Apply_RandomTimes_EqualsTheReference()
    {
        var random = new Random(4);
        for (int i = 0; i < 5000; i++)
        {
            int range = random.Next(1, 40); // few values, many ties
            int[] times = [.. Enumerable.Range(0, random.Next(30)).Select(n => 80 * (random.Next(range) + (i % 2) * n))];

            int[] repaired = TimestampRepair.Apply(times);

            Assert.Equal(Reference(times), repaired);
            Assert.Equal(repaired.Order(), repaired);
        }
    }

    [Fact, Trait("Category", "Unit")]
    public void Apply_ManySlots_IsQuick()
    {
        var random = new Random(5);
        int[] times = [.. Enumerable.Range(0, 300_000).Select(_ => random.Next(400_000))];

        int[] repaired = TimestampRepair.Apply(times); // quadratic: minutes

        Assert.Equal(repaired.Order(), repaired);
    }

    /// <summary>The quadratic reference, from aligner.md section 3.</summary>
    private static int[] Reference(int[] t)
    {
        int m = t.Length;
        if (m == 0) return [];
        var length = new int[m];
        var predecessor = new int[m];
        for (int i = 0; i < m; i++)
        {
            (length[i], predecessor[i]) = (1, -1);
            for (int j = 0; j < i; j++)
            {
                if (t[j] <= t[i] && length[j] + 1 > length[i]) (length[i], predecessor[i]) = (length[j] + 1, j);
            }
        }

        var good = new bool[m];
        for (int i = Array.IndexOf(length, length.Max()); i >= 0; i = predecessor[i]) good[i] = true;
        double[] result = [.. t.Select(x => (double)x)];
        for (int i = 0; i < m;)
        {
            if (good[i])
            {
                i++;
                continue;
            }

            int j = i;
            while (j < m && !good[j]) j++;
            double? left = i > 0 ? result[i - 1] : null;
            double? right = j < m ? result[j] : null;
            for (int k = i; k < j; k++)
            {
                if (left is null || right is null) result[k] = (left ?? right)!.Value;
                else if (j - i <= 2) result[k] = k - (i - 1) <= j - k ? left.Value : right.Value;
                else result[k] = left.Value + (right.Value - left.Value) / (j - i + 1) * (k - i + 1);
            }

            i = j;
        }

        return [.. result.Select(x => (int)x)];
    }
}
