using AsrService.Engine.Decoding;
using Xunit;

namespace AsrService.Engine.Tests.Decoding;

[Trait("Category", "Unit")]
public sealed class RepetitionGuardTests
{
    public static TheoryData<int> Periods => [.. Enumerable.Range(1, 32)];

    [Theory, MemberData(nameof(Periods))]
    public void FindLoop_Loop_FiresSoonAndKeepsTheFirstBlock(int period)
    {
        var random = new Random(period);
        for (int round = 0; round < 20; round++)
        {
            int[] prefix = Ids(random, random.Next(80), from: 1000);
            int[] block = [.. Enumerable.Range(0, period)]; // no shorter period within
            var ids = new List<int>(prefix);

            int end = -1;
            while (end < 0 && ids.Count < 600)
            {
                ids.Add(block[(ids.Count - prefix.Length) % period]);
                end = RepetitionGuard.FindLoop(ids);
            }

            Assert.Equal([.. prefix, .. block], ids[..end]);
            Assert.Equal(prefix.Length + Math.Max(64, 8 * period), ids.Count);
        }
    }

    [Theory]
    [InlineData(33, 12)] // a longer period is left to the budget
    [InlineData(8, 7)] // seven times the same, then on: a person may do that
    [InlineData(1, 63)]
    [InlineData(9, 7)]
    public void FindLoop_RepeatedPhrase_IsLeftAlone(int period, int times)
    {
        int[] phrase = [.. Enumerable.Range(0, period)];
        int[] ids = [900, 901, .. Enumerable.Repeat(phrase, times).SelectMany(p => p), 902, 903];

        AssertNeverFires(ids);
    }

    [Fact]
    public void FindLoop_RandomTextWithRepeatedPhrases_NeverFires()
    {
        var random = new Random(4);
        for (int round = 0; round < 50; round++)
        {
            var ids = new List<int>();
            while (ids.Count < 1500)
            {
                int[] phrase = Ids(random, random.Next(1, 40), from: 0);
                for (int times = random.Next(1, 8); times > 0; times--) ids.AddRange(phrase); // up to 7 times
                ids.Add(5000 + ids.Count);
            }
            AssertNeverFires([.. ids]);
        }
    }

    [Fact]
    public void FindLoop_Counting_NeverFires() =>
        AssertNeverFires([.. Enumerable.Range(0, 400).SelectMany(n => new[] { 7, n / 100, n / 10 % 10, n % 10, 8 })]);

    private static void AssertNeverFires(int[] all)
    {
        var ids = new List<int>();
        foreach (int id in all)
        {
            ids.Add(id);
            Assert.Equal(-1, RepetitionGuard.FindLoop(ids));
        }
    }

    private static int[] Ids(Random random, int count, int from) =>
        [.. Enumerable.Range(0, count).Select(_ => from + random.Next(2000))];
}
