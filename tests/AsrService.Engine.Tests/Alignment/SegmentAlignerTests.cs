using AsrService.Engine.Alignment;
using AsrService.Engine.Decoding;
using AsrService.Engine.StructuredTranscripts;
using AsrService.Engine.Tests.Decoding;
using AsrService.Engine.Transcripts;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>Long recordings are aligned segment by segment, and every time is exact.</summary>
[Trait("Category", "Conformance"), Collection(DemoAligner.Collection)]
public sealed class SegmentAlignerTests(DemoAligner model, ITestOutputHelper output) : IDisposable
{
    private const int Rate = 16_000;

    private readonly Recognizer _recognizer = new(new ScriptedModel(), TinyBpe.Load());

    [Fact]
    public void Align_QuarterOfAnHour_OffsetsAreExact() => CheckOffsets(TimeSpan.FromMinutes(15));

    [Fact, Trait("Category", "Soak")]
    public void Align_TwoHours_OffsetsAreExact() => CheckOffsets(TimeSpan.FromHours(2));

    [Fact]
    public void Align_SegmentOverTheLimit_IsCutAtAPauseAndAligned()
    {
        var clip = ReferenceClips.Aligner.First(clip => clip is { Mode: "whole", IsResampled: false });
        var samples = clip.Samples();
        var second = ReferenceClips.Aligner.First(one => one.Mode == "sentence" && one.File != clip.File && one.Text.All(c => c < 0x2E80));
        float[] joined = [.. samples, .. new float[Rate], .. second.Samples()];
        joined = [.. joined, .. new float[Math.Max(0, 33 * Rate - joined.Length)]]; // over 32 s in any case
        var segment = new DecodedSegment(TimeSpan.FromSeconds(7), joined, Said($"{clip.Text} {second.Text}"));

        var aligned = new SegmentAligner(_recognizer, model.Usual, Config("en")).Align([segment])[0];

        Assert.True(aligned.IsAligned);
        Assert.Equal($"{clip.Text} {second.Text}", string.Join(' ', aligned.Words.Select(word => word.Text)));
        var times = StartsOf(clip, 7).Concat(StartsOf(second, 7 + (samples.Length + Rate) / (double)Rate));
        var errors = aligned.Words.Zip(times, (word, time) => Math.Abs(word.Start.TotalSeconds - time)).Order().ToList();
        output.WriteLine($"median {errors[errors.Count / 2] * 1000:F0} ms, p95 {errors[errors.Count * 95 / 100] * 1000:F0} ms from the clips alone");
        Assert.InRange(errors[errors.Count / 2], 0, 0.1); // other cuts, other context: the model may place a sentence otherwise
        Assert.Equal(aligned.Words.OrderBy(word => word.Start), aligned.Words);
    }

    [Fact]
    public void Align_LanguageWithoutSupport_KeepsEstimatedTimesAndWords()
    {
        var samples = TestSignals.Syllables(3);
        var segment = new DecodedSegment(TimeSpan.FromSeconds(1), samples, Said("un deux trois"));

        var aligned = new SegmentAligner(_recognizer, model.Usual, Config("fr")).Align([segment])[0];

        Assert.False(aligned.IsAligned);
        Assert.Equal("language", Assert.IsType<AsrException>(aligned.Fault).Field);
        Assert.Equal(["un", "deux", "trois"], aligned.Words.Select(word => word.Text));
        Assert.All(aligned.Words, word => Assert.InRange(word.End.TotalSeconds, 1, 4.01));
    }

    [Theory, InlineData(""), InlineData("… !")]
    public void Align_NothingToAlign_IsNoFault(string text)
    {
        var aligned = new SegmentAligner(_recognizer, model.Usual, Config("en"))
            .Align([new DecodedSegment(default, TestSignals.Syllables(1), Said(text))])[0];

        Assert.Null(aligned.Fault);
        Assert.Equal(text, string.Join(' ', aligned.Words.Select(word => word.Text)));
    }

    public void Dispose() => _recognizer.Dispose();

    private IEnumerable<double> StartsOf(ReferenceClip clip, double offset)
    {
        var request = DemoAligner.RequestOf(clip);
        return AlignedWords.Of(request, model.Usual.Align(request)).Select(word => word.Start.TotalSeconds + offset);
    }

    /// <summary>The sentences of the bundled recordings at odd places; each must have its own times and the offset, to the tick.</summary>
    private void CheckOffsets(TimeSpan length)
    {
        var clips = ReferenceClips.Aligner.Where(clip => clip is { Mode: "sentence", IsResampled: false } && DemoAligner.LanguageOf(clip.Text).Code == "en").ToList();
        var alone = clips.Select(clip => AlignedWords.Of(DemoAligner.RequestOf(clip), model.Usual.Align(DemoAligner.RequestOf(clip)))).ToList();
        var segments = new List<(int Clip, DecodedSegment Segment)>();
        long at = 12_345;
        for (int i = 0; at < length.TotalSeconds * Rate; i++)
        {
            var samples = clips[i % clips.Count].Samples();
            segments.Add((i % clips.Count, new DecodedSegment(Time(at), samples, Said(clips[i % clips.Count].Text))));
            at += samples.Length + 1_001;
        }

        var aligned = segments.Chunk(64).SelectMany(
            part => new SegmentAligner(_recognizer, model.Usual, Config("en")).Align([.. part.Select(one => one.Segment)])).ToList();

        foreach (var ((clip, segment), result) in segments.Zip(aligned))
        {
            Assert.True(result.IsAligned);
            Assert.Equal(alone[clip].Select(word => word.Start + segment.Start), result.Words.Select(word => word.Start));
            Assert.Equal(alone[clip].Select(word => word.End + segment.Start), result.Words.Select(word => word.End));
        }
        var transcript = StructuredTranscriptBuilder.Build(
            "x", Time(at), aligned.Select(one => TimedSegment.From(one, Time(one.Segment.Samples.Length))));
        Assert.Equal(segments.Count, transcript.Segments.Count);
        Assert.Contains(transcript.Segments, segment => segment.Pace.Label != PaceLabel.Unknown);
    }

    private static TimeSpan Time(long samples) => TimeSpan.FromTicks(samples * (TimeSpan.TicksPerSecond / Rate));

    private static DecodingConfig Config(string code) => new() { Language = LanguageCatalog.All.First(one => one.Code == code) };

    private static SegmentResult Said(string text) =>
        new() { Language = "", Text = text, PromptIds = [], TokenIds = [], TokenProbabilities = [] };
}
