using AsrService.Engine.Alignment;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;
using AsrService.TestKit;
using AsrService.Tokenizer;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>The aligner's head against what an independent program computed; a model of its own, but the same two cores.</summary>
[Trait("Category", "Conformance"), Collection(DemoModel.Collection)]
public sealed class ForcedAlignerTests : IDisposable
{
    private const float DoubtfulMargin = 0.1f; // of two classes that close, rounding decides

    private static readonly string Folder = Path.Combine(RepositoryPaths.Models, "demo-aligner");

    private readonly ITestOutputHelper _output;
    private readonly ModelRunner _runner;
    private readonly BpeTokenizer _tokenizer;

    public ForcedAlignerTests(ITestOutputHelper output)
    {
        using var checkpoint = Checkpoint.Open(Folder);
        (_output, _tokenizer) = (output, BpeTokenizer.Load(Folder));
        _runner = new ModelRunner(CpuOps.Create(threads: 2), checkpoint, new ModelOptions { Kv = DType.F32 });
    }

    [Fact]
    public void Align_ReferenceClip_GivesItsClassesAndTimes()
    {
        var aligner = new ForcedAligner(_runner, _tokenizer);
        int slots = 0, doubtful = 0, same = 0, allSame = 0;
        foreach (var clip in ReferenceClips.Aligner.Where(clip => !clip.IsResampled))
        {
            var samples = clip.Samples();
            string language = clip.Text.Any(c => c > 0x2E80) ? "Chinese" : "English";

            var units = aligner.Align(samples, clip.Text, language);

            Assert.Equal(clip.Units, units.Select(unit => unit.Text));
            int[] classes = [.. units.SelectMany(unit => new[] { unit.StartClass, unit.EndClass })];
            for (int i = 0; i < classes.Length; i++, slots++)
            {
                if (classes[i] == clip.SlotClasses[i]) same++;
                bool isDoubtful = clip.SlotMargins[i] <= DoubtfulMargin;
                if (isDoubtful) doubtful++;
                Assert.True(isDoubtful || classes[i] == clip.SlotClasses[i], $"{clip}: slot {i} is {classes[i]}, not {clip.SlotClasses[i]}");
            }
            if (!classes.SequenceEqual(clip.SlotClasses)) continue;
            allSame++;
            int end = samples.Length * 10 / 160; // ms
            var times = units.SelectMany(unit => new[] { Ms(unit.Start), Ms(unit.End) });
            Assert.Equal(clip.Repaired.Select(ms => Math.Min(ms, end)), times);
        }
        _output.WriteLine($"{slots} slots, {doubtful} doubtful, {same} the same; {allSame} clips with all the same");
        Assert.InRange(same, slots * 0.99, slots);
        Assert.InRange(allSame, 30, 100);
    }

    [Fact]
    public void Align_Units_AreInOrderAndWithinTheClip()
    {
        var clip = ReferenceClips.Recorded[0];
        var samples = clip.Samples()[..^16_000];
        int free = _runner.FreeKvBlocks;

        var units = new ForcedAligner(_runner, _tokenizer).Align(samples, clip.Text, "English");

        var times = units.SelectMany(unit => new[] { unit.Start, unit.End }).ToList();
        Assert.Equal(times.Order(), times);
        Assert.InRange(times[^1].TotalSeconds, 0, samples.Length / 16_000.0);
        Assert.All(units, unit => Assert.InRange(unit.Probability, 0, 1));
        Assert.Equal(free, _runner.FreeKvBlocks);
    }

    [Theory]
    [InlineData("?! …", 16_000)]
    [InlineData("", 16_000)]
    [InlineData("word", 0)]
    public void Align_NothingToAlign_GivesNoUnits(string text, int samples) =>
        Assert.Empty(new ForcedAligner(_runner, _tokenizer).Align(new float[samples], text, null));

    public void Dispose() => _runner.Dispose();

    private static int Ms(TimeSpan time) => (int)time.TotalMilliseconds;
}
