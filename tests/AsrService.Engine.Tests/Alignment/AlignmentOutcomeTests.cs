using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;
using AsrService.Engine.Tests.Decoding;
using AsrService.Engine.Transcripts;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>What comes of texts and recordings that do not belong together, or are none.</summary>
[Trait("Category", "Conformance"), Collection(DemoAligner.Collection)]
public sealed class AlignmentOutcomeTests(DemoAligner model, ITestOutputHelper output)
{
    private static readonly Language English = DemoAligner.LanguageOf("a");
    private static readonly float[] Speech = ReferenceClips.Sentences[0].Samples();

    [Fact]
    public void Align_TextsOfOtherRecordings_AreFlagged()
    {
        var clips = ReferenceClips.Aligner.Where(clip => !clip.IsResampled).ToList();
        var right = clips.Select(DemoAligner.RequestOf).ToArray();
        var wrong = right.Select((request, i) => request with { Text = OtherText(clips, i) }).ToArray();

        var matching = model.Usual.Align(right);
        var mismatched = model.Usual.Align(wrong);

        Print("right", matching);
        Print("wrong", mismatched);
        Assert.DoesNotContain(matching, IsFlagged);
        Assert.All(mismatched.Where((_, i) => clips[i].Mode == "whole"), outcome => Assert.True(IsFlagged(outcome)));
    }

    [Theory]
    [InlineData("?! …")]
    [InlineData("")]
    [InlineData(" \n")]
    public void Align_NothingToSay_GivesNoUnits(string text)
    {
        var aligned = model.Usual.Align(new AlignmentRequest(Speech, text, English));

        Assert.Empty(aligned.Units);
        Assert.Empty(aligned.SlotClasses);
        Assert.Equal((AlignmentRemarks.None, 1f), (aligned.Remarks, aligned.Probability));
    }

    [Fact]
    public void Align_TextFarTooLong_SharesTheClipAndIsFlagged()
    {
        string text = string.Join(' ', Enumerable.Repeat("one two three", 100));

        var aligned = model.Usual.Align(new AlignmentRequest(Speech, text, English));

        Assert.True(aligned.Remarks.HasFlag(AlignmentRemarks.TextTooLong));
        Assert.Equal(300, aligned.Units.Count);
        Assert.Equal(aligned.Units.OrderBy(unit => unit.Start), aligned.Units);
        Assert.InRange(aligned.Units[^1].End, TimeSpan.Zero, aligned.Duration);
        Assert.All(aligned.Units, unit => Assert.True(unit.End > unit.Start));
    }

    [Fact]
    public void Align_Silence_GivesTimesWithinTheClip()
    {
        var aligned = model.Usual.Align(new AlignmentRequest(new float[1600], "yes", English)); // a tenth of a second

        Assert.InRange(Assert.Single(aligned.Units).End, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Begin_ClipOverTheLimit_IsRefused()
    {
        var fault = Assert.Throws<AsrException>(() => model.Usual.Begin(new AlignmentRequest(new float[32 * 16_000 + 1], "a", English)));

        Assert.Equal((AsrFailure.InvalidAudio, "audio"), (fault.Failure, fault.Field));
        Assert.Contains("at most 32 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(300), Scripted(classes: 5000).MaxClip);
        Assert.Throws<AsrException>(() => Scripted(classes: 5000).Begin(new AlignmentRequest(new float[300 * 16_000 + 1], "a", English)));
    }

    [Fact]
    public void Begin_NoSamples_IsRefused() => Assert.Equal(
        AsrFailure.InvalidAudio,
        Assert.Throws<AsrException>(() => model.Usual.Begin(new AlignmentRequest(ReadOnlyMemory<float>.Empty, "a", English))).Failure);

    [Theory, InlineData("ar"), InlineData("fr")] // no aligner knows the first, the bundled one does not know the second
    public void Begin_LanguageWithoutSupport_IsRefusedWithTheList(string code)
    {
        Assert.True(LanguageCatalog.TryResolve(code, out var language));

        var fault = Assert.Throws<AsrException>(() => model.Usual.Begin(new AlignmentRequest(Speech, "a", language)));

        Assert.Equal((AsrFailure.InvalidOptions, "language"), (fault.Failure, fault.Field));
        Assert.Contains("Chinese (zh), English (en)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Begin_TextBeyondTheModel_IsRefused()
    {
        var fault = Assert.Throws<AsrException>(() => Scripted(kvBlocks: 1).Begin(new AlignmentRequest(Speech, string.Join(' ', Enumerable.Repeat("one", 30)), English)));

        Assert.Equal((AsrFailure.InvalidOptions, "text"), (fault.Failure, fault.Field));
    }

    [Fact]
    public void Align_NotANumber_IsTheFaultOfThatTextAlone()
    {
        var runner = new ScriptedModel(TinyConfigs.Aligner);
        runner.Script = prompt => prompt.Sequence == 1 ? [1, ScriptedModel.NotANumber] : [.. Enumerable.Range(1, prompt.Ids.Count)];
        var aligner = new ForcedAligner(runner, TinyBpe.Load());
        var requests = Enumerable.Repeat(new AlignmentRequest(TestSignals.Syllables(1), "one two", English), 3).ToArray();

        var outcomes = aligner.Align(requests);

        Assert.Equal([null, typeof(ModelFaultException), null], outcomes.Select(outcome => outcome.Fault?.GetType()));
        Assert.Equal((0, 0), (runner.OpenSequences, runner.LiveEmbeddings));
    }

    [Fact]
    public void Align_RefusedRequest_HarmsNoOther()
    {
        var good = new AlignmentRequest(Speech, "one two", English);

        var outcomes = model.Usual.Align([good, good with { Samples = default }, good]);

        Assert.Equal([null, typeof(AsrException), null], outcomes.Select(outcome => outcome.Fault?.GetType()));
        Assert.Equal(outcomes[0].Aligned!.Units, outcomes[2].Aligned!.Units);
    }

    private void Print(string name, IReadOnlyList<AlignmentOutcome> outcomes)
    {
        var found = outcomes.Select(outcome => outcome.Aligned!.Probability).Order().ToList();
        output.WriteLine($"{name}: {found[0]:F3} to {found[^1]:F3}, median {found[found.Count / 2]:F3}; {outcomes.Count(IsFlagged)} of {found.Count} flagged");
    }

    private static ForcedAligner Scripted(int classes = 50, int kvBlocks = 1 << 16)
    {
        var config = TinyConfigs.Aligner with { Aligner = TinyConfigs.Aligner.Aligner! with { Classes = classes } };
        return new ForcedAligner(new ScriptedModel(config, kvBlocks), TinyBpe.Load());
    }

    /// <summary>The text of the next clip of the same kind and language in another recording.</summary>
    private static string OtherText(List<ReferenceClip> clips, int index) => clips[index..].Concat(clips)
        .First(clip => clip.Mode == clips[index].Mode && clip.File != clips[index].File).Text;

    private static bool IsFlagged(AlignmentOutcome outcome) => outcome.Aligned!.Remarks.HasFlag(AlignmentRemarks.TextMismatch);
}
