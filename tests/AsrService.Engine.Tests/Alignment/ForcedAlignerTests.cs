using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>The aligner against what an independent program computed.</summary>
[Trait("Category", "Conformance"), Collection(DemoAligner.Collection)]
public sealed class ForcedAlignerTests(DemoAligner model, ITestOutputHelper output)
{
    private const float DoubtfulMargin = 0.1f; // of two classes that close, rounding decides

    [Fact]
    public void Align_ReferenceClips_GivesTheirClassesAndTimes()
    {
        var clips = ReferenceClips.Aligner.Where(clip => !clip.IsResampled).ToList();
        int slots = 0, doubtful = 0, same = 0, allSame = 0;

        var outcomes = model.Precise.Align([.. clips.Select(DemoAligner.RequestOf)]);

        foreach (var (clip, outcome) in clips.Zip(outcomes))
        {
            var aligned = outcome.Aligned!;
            Assert.Equal(clip.Units, aligned.Units.Select(unit => unit.Text));
            for (int i = 0; i < clip.SlotClasses.Length; i++, slots++)
            {
                bool isSame = aligned.SlotClasses[i] == clip.SlotClasses[i], isDoubtful = clip.SlotMargins[i] <= DoubtfulMargin;
                if (isSame) same++;
                if (isDoubtful) doubtful++;
                Assert.True(isDoubtful || isSame, $"{clip}: slot {i} is {aligned.SlotClasses[i]}, not {clip.SlotClasses[i]}");
            }
            if (!aligned.SlotClasses.SequenceEqual(clip.SlotClasses)) continue;
            allSame++;
            Assert.Equal(clip.Repaired, aligned.RepairedMs);
        }
        output.WriteLine($"{slots} slots, {doubtful} doubtful, {same} the same; {allSame} clips with all the same");
        Assert.InRange(same, slots * 0.99, slots);
        Assert.InRange(allSame, 30, 100);
    }

    [Fact]
    public void Align_Units_HaveLengthsAndStayWithinTheClip()
    {
        int stretched = 0, repaired = 0, count = 0;
        foreach (var clip in ReferenceClips.Aligner.Where(clip => !clip.IsResampled))
        {
            var request = DemoAligner.RequestOf(clip);
            int free = model.Usual.Runner.FreeKvBlocks;

            var aligned = model.Usual.Align(request with { Samples = request.Samples[..^1600] }); // the last word is cut

            var last = TimeSpan.Zero;
            foreach (var unit in aligned.Units)
            {
                Assert.InRange(unit.Start, last, unit.End - TimeSpan.FromMilliseconds(20));
                Assert.InRange(unit.End, TimeSpan.Zero, aligned.Duration);
                Assert.InRange(unit.Probability, 0, 1);
                last = unit.End;
            }
            Assert.Equal(free, model.Usual.Runner.FreeKvBlocks);
            stretched += aligned.StretchedUnits;
            repaired += aligned.Units.Count(unit => unit.IsRepaired);
            count += aligned.Units.Count;
        }
        output.WriteLine($"{count} units, {stretched} stretched, {repaired} with another time than the model's");
        Assert.InRange(stretched, 1, repaired);
    }
}
