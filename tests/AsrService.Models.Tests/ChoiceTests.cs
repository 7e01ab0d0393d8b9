using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests;

/// <summary>A prediction restricted to some ids is the best of them, and keeps its probability among all.</summary>
[Trait("Category", "Conformance")]
public sealed class ChoiceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Extend_SomeIdsAllowed_PredictsTheBestOfThem(int seed)
    {
        using var runner = RandomModels.NewRunner(TinyConfigs.Asr, seed: 5);
        var rows = new List<float[]>();
        runner.LogitsObserver = row => rows.Add(row.ToArray());
        var random = new Random(seed);
        for (int round = 0; round < 20; round++)
        {
            rows.Clear();
            int count = random.Next(1, 90); // outputs of more than one group
            var allowed = Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? null : SomeIds(random)).ToArray();
            var predictions = new Prediction[count];
            int[] sequences = [.. Enumerable.Range(0, count).Select(_ => runner.OpenSequence())];

            runner.Extend([.. sequences.Select((sequence, i) => new Extension(sequence, new[] { random.Next(256), random.Next(256) }, new[] { 1 }, Allowed: allowed[i]))], predictions);

            for (int i = 0; i < count; i++) AssertBest(rows[i], allowed[i], predictions[i]);
            foreach (int sequence in sequences) runner.CloseSequence(sequence);
        }
    }

    private static int[] SomeIds(Random random) => [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(300))];

    private static void AssertBest(float[] logits, int[]? allowed, Prediction prediction)
    {
        int best = (allowed ?? [.. Enumerable.Range(0, logits.Length)]).Order().MaxBy(id => logits[id]);
        double sum = logits.Sum(value => Math.Exp(value - logits.Max()));
        Assert.Equal(best, prediction.Id);
        Assert.Equal(logits[best] - logits.Max() - Math.Log(sum), prediction.LogProbability, 4);
    }
}
