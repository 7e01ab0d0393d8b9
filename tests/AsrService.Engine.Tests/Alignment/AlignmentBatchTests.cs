using AsrService.Engine.Alignment;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>Who else is in the batch, and how its steps are cut, changes no bit.</summary>
[Trait("Category", "Conformance"), Collection(DemoAligner.Collection)]
public sealed class AlignmentBatchTests(DemoAligner model)
{
    private static readonly AlignmentRequest[] Requests =
        [.. ReferenceClips.Aligner.Where(clip => !clip.IsResampled).Where((clip, i) => i % 4 == 0).Select(DemoAligner.RequestOf)];

    [Fact]
    public void Align_RaggedBatch_GivesTheBitsOfEachAlone()
    {
        var alone = Requests.Select(model.Usual.Align).ToList();

        var together = model.Usual.Align(Requests);

        Assert.True(Requests.Length > 8);
        foreach (var (one, other) in alone.Zip(together)) AssertSame(one, other.Aligned!);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Step_CutAtRandom_GivesTheBitsOfOnePass(int seed)
    {
        var random = new Random(seed);
        var whole = model.Usual.Align(Requests[..6]);
        int free = model.Usual.Runner.FreeKvBlocks;
        var cut = new AlignedText[6];

        using (var batch = new AlignmentBatch<int>(model.Usual, capacity: 4))
        {
            for (int next = 0; next < cut.Length || batch.Count > 0;)
            {
                if (next < cut.Length && batch.TryAdd(next, model.Usual.Begin(Requests[next]))) next++;
                batch.Step((index, aligned, _) => cut[index] = aligned!, random.Next(1, 90), () => random.Next(3) > 0);
            }
        }

        foreach (var (one, other) in whole.Zip(cut)) AssertSame(one.Aligned!, other);
        Assert.Equal(free, model.Usual.Runner.FreeKvBlocks);
    }

    [Fact]
    public void Dispose_HalfWay_GivesEverythingBack()
    {
        int free = model.Usual.Runner.FreeKvBlocks;

        using (var batch = new AlignmentBatch<int>(model.Usual))
        {
            foreach (int i in Enumerable.Range(0, 3)) Assert.True(batch.TryAdd(i, model.Usual.Begin(Requests[i])));
            batch.Step((_, _, _) => { }, positions: 20);
            batch.Step((_, _, _) => { }, positions: 20, () => false);
            Assert.True(model.Usual.Runner.FreeKvBlocks < free);
        }

        Assert.Equal(free, model.Usual.Runner.FreeKvBlocks);
        AssertSame(model.Usual.Align(Requests[0]), model.Usual.Align(Requests)[0].Aligned!);
    }

    private static void AssertSame(AlignedText one, AlignedText other)
    {
        Assert.Equal(one.Units, other.Units); // probabilities included, bit for bit
        Assert.Equal(one.SlotClasses, other.SlotClasses);
        Assert.Equal(one.RepairedMs, other.RepairedMs);
        Assert.Equal((one.Probability, one.Remarks, one.StretchedUnits), (other.Probability, other.Remarks, other.StretchedUnits));
    }
}
