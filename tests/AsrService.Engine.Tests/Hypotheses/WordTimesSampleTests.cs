using AsrService.Engine.Hypotheses;
using Xunit;

namespace AsrService.Engine.Tests.Hypotheses;

/// <summary>Estimated against exact times; the activity is that of the exact times.</summary>
[Trait("Category", "Conformance")]
public class WordTimesSampleTests(ITestOutputHelper output)
{
    [Fact]
    public void Estimate_Samples_StartsAreNear()
    {
        var errors = SampleWords.All.SelectMany(ErrorsOf).Order().ToList();

        CheckErrors(errors, maxMedian: 80, maxP95: 260);
    }

    [Fact]
    public void Estimate_SamplesHeardInPart_StartsAreNear()
    {
        var errors = SampleWords.All.SelectMany(sample => sample.Prefixes()).SelectMany(ErrorsOf).Order().ToList();

        CheckErrors(errors, maxMedian: 60, maxP95: 220);
    }

    private void CheckErrors(List<double> errors, double maxMedian, double maxP95)
    {
        double median = errors[errors.Count / 2], p95 = errors[errors.Count * 95 / 100];
        output.WriteLine($"{errors.Count} words: median {median:F0} ms, p95 {p95:F0} ms");
        Assert.InRange(median, 0, maxMedian);
        Assert.InRange(p95, 0, maxP95);
    }

    private static IEnumerable<double> ErrorsOf(SampleWords sample)
    {
        var timeline = WordTimes.Estimate(TextWords.Split(sample.Text), sample.Activity, sample.Activity.Length);
        return timeline.Times.Zip(sample.Starts, (time, start) => Math.Abs(time.Start / WordTimes.Hop - start) * 10);
    }
}
