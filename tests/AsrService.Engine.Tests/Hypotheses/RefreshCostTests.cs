using AsrService.Engine.Hypotheses;
using AsrService.Engine.Transcripts;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

/// <summary>A refresh comes every 250 ms for each of 128 streams.</summary>
[Trait("Category", "Unit")]
public class RefreshCostTests
{
    [Fact]
    public void Refresh_TwiceTheText_AllocatesAboutTwice()
    {
        long once = BytesOfRefresh(100), twice = BytesOfRefresh(200);

        Assert.InRange(once, 1, 32 * 1024);
        Assert.InRange(twice, 1, 2.2 * once);
    }

    private static long BytesOfRefresh(int words)
    {
        string text = string.Concat(Enumerable.Range(0, words / 4).Select(i => $"We used {i}，因为"));
        bool[] activity = [.. Enumerable.Range(0, 10 * words).Select(i => i % 200 < 150)];
        LanguageCatalog.TryResolve("zh", out var chinese);
        var stable = new StableText(2, TimeSpan.FromSeconds(25));
        return Allocations.Of(() =>
        {
            var split = TextWords.Split(text);
            var timeline = WordTimes.Estimate(split, activity, activity.Length);
            stable.Accept(new Hypothesis(split, chinese, TimeSpan.Zero, timeline.PauseBefore));
        });
    }
}
