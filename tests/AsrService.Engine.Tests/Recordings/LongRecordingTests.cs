using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Engine.Evaluation;
using AsrService.Engine.LongForm;
using AsrService.Engine.Recordings;
using AsrService.Engine.Tests.Decoding;
using Xunit;

namespace AsrService.Engine.Tests.Recordings;

[Trait("Category", "Conformance"), Collection(DemoModel.Collection)]
public sealed class LongRecordingTests(DemoModel model, ITestOutputHelper output)
{
    [Fact]
    public void Run_BatchSizes_GiveTheSameTranscripts()
    {
        string[] files = [.. ReferenceClips.Recorded.Select(clip => clip.File), "call-en-stereo-8k.wav", "silence-noise.wav"];

        var alone = Run(1, files.Select(Open));

        foreach (int batchSize in new[] { 3, 8 })
        {
            var together = Run(batchSize, files.Select(Open));
            Assert.Equal(Enumerable.Range(0, files.Length), together.Select(outcome => outcome.Source));
            foreach (var (a, b) in alone.Zip(together))
            {
                Assert.Equal((a.Transcript!.Text, a.Transcript.Language), (b.Transcript!.Text, b.Transcript.Language));
                foreach (var (x, y) in a.Transcript.Segments.Zip(b.Transcript.Segments)) SegmentAssert.Same(x.Result, y.Result);
            }
        }
        Assert.Equal("", alone[^1].Transcript!.Text);
    }

    [Theory]
    [InlineData("English", 9, 0.01)]
    [InlineData("", 7, 0.03)] // with the Mandarin interview: pieces that change language in the middle confuse the small model
    public void Run_QuarterOfAnHour_LosesNothingAtTheSeams(string language, int times, double mostErrors)
    {
        var once = ReferenceClips.Recorded.Where(clip => clip.Language.StartsWith(language, StringComparison.Ordinal)).ToList();
        var recordings = Enumerable.Repeat(once, times).SelectMany(clips => clips).ToList();
        float[] samples = [.. recordings.SelectMany(clip => clip.Samples())];
        string said = string.Join(' ', recordings.Select(clip => ReferenceClips.Said(clip.File)));
        var apart = once.Select(clip => ErrorRate.OfWords(ReferenceClips.Said(clip.File), clip.Text)).ToList();

        var transcript = Run(8, [() => SpeechReader.FromSamples(samples)])[0].Transcript!;

        var rate = ErrorRate.OfWords(said, transcript.Text);
        output.WriteLine(
            $"{transcript.Duration}: WER {100 * rate.Value:F2} % ({rate.Substitutions} substituted, {rate.Deletions} deleted, "
            + $"{rate.Insertions} inserted of {rate.Units}); {transcript.Segments.Count} pieces, RTF {transcript.RealTimeFactor:F4}; "
            + $"one by one {100.0 * apart.Sum(r => r.Errors) / apart.Sum(r => r.Units):F2} %");
        Assert.InRange(transcript.Duration.TotalMinutes, 14, 16);
        var cuts = LongAudioSplitter.Split(samples, new SplitOptions { MaxPiece = TimeSpan.FromSeconds(30) });
        var starts = transcript.Segments.Select(segment => segment.Start.TotalSeconds).ToList();
        Assert.Equal(cuts.Select(cut => cut.Start / 16_000.0).Take(starts.Count), starts);
        foreach (var (cut, segment) in cuts.Zip(transcript.Segments).Where((_, i) => i % 4 == 0))
        {
            var piece = samples[(int)cut.Start..(int)(cut.Start + cut.Length)];
            SegmentAssert.Same(model.Recognizer.DecodeSegment(piece, DecodingConfig.Default), segment.Result);
        }
        Assert.InRange(rate.Value, 0, mostErrors);
        AssertNoWordIsCut(recordings, starts);
    }

    private static void AssertNoWordIsCut(List<ReferenceClip> recordings, List<double> starts)
    {
        double start = 0;
        foreach (var clip in recordings)
        {
            foreach (var (from, to) in ReferenceClips.SentenceTimes(clip.File))
                Assert.DoesNotContain(starts, cut => cut > start + from && cut < start + to);
            start += clip.Samples().Length / 16_000.0;
        }
    }

    private static Func<SpeechReader> Open(string file) => () => SpeechReader.Open(ReferenceClips.PathOf(file));

    private List<RecordingOutcome> Run(int batchSize, IEnumerable<Func<SpeechReader>> sources)
    {
        var outcomes = new List<RecordingOutcome>();
        new RecordingTranscriber(model.Recognizer, new RecordingOptions { BatchSize = batchSize })
            .Run([.. sources], outcomes.Add, null, CancellationToken.None);
        return outcomes;
    }
}
