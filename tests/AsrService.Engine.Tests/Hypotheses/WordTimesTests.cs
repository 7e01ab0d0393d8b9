using AsrService.Engine.Hypotheses;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

[Trait("Category", "Unit")]
public class WordTimesTests(ITestOutputHelper output)
{
    [Fact]
    public void Estimate_Samples_StartsAreNear()
    {
        var errors = SampleWords.All.SelectMany(ErrorsOf).Order().ToList();

        double median = errors[errors.Count / 2], p95 = errors[errors.Count * 95 / 100];
        output.WriteLine($"{errors.Count} words: median {median:F0} ms, p95 {p95:F0} ms");
        Assert.InRange(median, 0, 80);
        Assert.InRange(p95, 0, 260);
    }

    [Fact]
    public void Estimate_Pause_FallsBetweenWords()
    {
        var words = TextWords.Split("We used Redis, because it is fast.");

        var timeline = WordTimes.Estimate(words, Activity("..########......................###########"), 430);

        Assert.Equal([false, false, false, true, false, false, false], timeline.PauseBefore);
        Assert.Equal(TimeSpan.FromMilliseconds(200), timeline.Times[0].Start);
        Assert.Equal(TimeSpan.FromMilliseconds(1_000), timeline.Times[2].End);
        Assert.Equal(TimeSpan.FromMilliseconds(3_200), timeline.Times[3].Start);
        Assert.Equal(TimeSpan.FromMilliseconds(4_300), timeline.Times[6].End);
    }

    [Fact]
    public void Estimate_ClickInAPause_GetsNoWord()
    {
        var activity = Activity("########......................#########");
        activity[190] = true;

        var timeline = WordTimes.Estimate(TextWords.Split("We used Redis, because it is fast."), activity, activity.Length);

        Assert.All(timeline.Times, time => Assert.False(time.Start < WordTimes.Hop * 191 && time.End > WordTimes.Hop * 190));
    }

    [Fact]
    public void Estimate_NoActivity_SpreadsOverAllHeard()
    {
        var timeline = WordTimes.Estimate(TextWords.Split("a a"), new bool[100], 100);

        Assert.Equal(TimeSpan.Zero, timeline.Times[0].Start);
        Assert.Equal(TimeSpan.FromMilliseconds(500), timeline.Times[1].Start);
        Assert.Equal(TimeSpan.FromSeconds(1), timeline.Times[1].End);
    }

    [Fact]
    public void Estimate_NoWordsOrNothingHeard_IsEmptyOrZero()
    {
        Assert.Empty(WordTimes.Estimate(TextWords.Empty, new bool[10], 10).Times);
        Assert.Equal(default, Assert.Single(WordTimes.Estimate(TextWords.Split("a"), [], 0).Times));
    }

    [Fact]
    public void Estimate_RandomActivity_IsInOrderAndWithinWhatWasHeard()
    {
        var random = new Random(4);
        for (int round = 0; round < 1_000; round++)
        {
            var words = TextWords.Split(RandomText.Make(random, random.Next(80)));
            bool[] activity = RandomActivity(random);
            int heard = random.Next(activity.Length + 50);

            var timeline = WordTimes.Estimate(words, activity, heard);

            var before = TimeSpan.Zero;
            Assert.Equal(words.Count, timeline.Times.Count);
            Assert.Equal(words.Count, timeline.PauseBefore.Count);
            foreach (var time in timeline.Times)
            {
                Assert.True(before <= time.Start && time.Start <= time.End && time.End <= WordTimes.Hop * heard);
                before = time.End;
            }
        }
    }

    /// <summary>A letter is 100 ms.</summary>
    private static bool[] Activity(string map) => [.. map.SelectMany(c => Enumerable.Repeat(c == '#', 10))];

    private static bool[] RandomActivity(Random random)
    {
        var activity = new List<bool>();
        for (int i = random.Next(30); i > 0; i--) activity.AddRange(Enumerable.Repeat(random.Next(2) == 0, random.Next(1, 90)));
        return [.. activity];
    }

    private static IEnumerable<double> ErrorsOf(SampleWords sample)
    {
        var timeline = WordTimes.Estimate(TextWords.Split(sample.Text), sample.Activity, sample.Activity.Length);
        return timeline.Times.Zip(sample.Starts, (time, start) => Math.Abs(time.Start / WordTimes.Hop - start) * 10);
    }
}
