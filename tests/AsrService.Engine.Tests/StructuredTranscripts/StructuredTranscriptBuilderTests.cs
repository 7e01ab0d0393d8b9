using AsrService.Engine.StructuredTranscripts;
using AsrService.Engine.Transcripts;
using Xunit;

namespace AsrService.Engine.Tests.StructuredTranscripts;

[Trait("Category", "Unit")]
public sealed class StructuredTranscriptBuilderTests
{
    private static readonly Language English = LanguageCatalog.All.First(one => one.Code == "en");

    [Fact]
    public void Build_Paces_AreRelativeToTheSpeakersOwnMedian()
    {
        // A word of 0.5 s is two units: 240 a minute. Segments of 10 words; the second speaker is slow throughout.
        var segments = Enumerable.Range(0, 5).Select(i => Segment(0, 20 * i, 10, 0.5))
            .Append(Segment(0, 100, 10, 0.8)).Append(Segment(0, 120, 10, 0.3)).Append(Segment(1, 140, 10, 2));

        var transcript = StructuredTranscriptBuilder.Build("x", TimeSpan.FromMinutes(3), segments);

        Assert.Equal(240, transcript.Segments[0].Pace.UnitsPerMin);
        Assert.Equal(
            [PaceLabel.Normal, PaceLabel.Slow, PaceLabel.Fast, PaceLabel.Unknown],
            transcript.Segments.Skip(4).Select(segment => segment.Pace.Label));
        Assert.Equal((0.625, 1.667, null), (transcript.Segments[5].Pace.Ratio, transcript.Segments[6].Pace.Ratio, transcript.Segments[7].Pace.Ratio));
        Assert.Equal(["speaker-0", "speaker-1"], transcript.Speakers.Select(speaker => speaker.Id));
    }

    [Fact]
    public void Build_StretchedInTime_KeepsEveryRatio()
    {
        var usual = StructuredTranscriptBuilder.Build("x", TimeSpan.FromMinutes(3), Talk(1));
        var slower = StructuredTranscriptBuilder.Build("x", TimeSpan.FromMinutes(3), Talk(1.4));

        Assert.Equal(usual.Segments.Select(s => s.Pace.Ratio), slower.Segments.Select(s => s.Pace.Ratio));
    }

    [Fact]
    public void Build_Pauses_AreThinkingWhereSlowerSpeechFollows()
    {
        var segments = Enumerable.Range(0, 5).Select(i => Segment(0, 10 * i, 10, 0.5)).ToList();
        segments.Add(Segment(0, 55.29, 10, 0.5));
        segments.Add(Segment(0, 61, 10, 0.7));
        segments.Add(Segment(0, 68.2, 10, 0.5)); // 200 ms behind the last: no pause

        var transcript = StructuredTranscriptBuilder.Build("x", TimeSpan.FromMinutes(2), segments);

        Assert.Equal(6, transcript.Pauses.Count);
        Assert.Equal(("s5", 9, 60.29, 61.0, PauseKind.Thinking), At(transcript.Pauses[5]));
        Assert.All(transcript.Pauses.Take(5), pause => Assert.Equal(PauseKind.Plain, pause.Kind));
    }

    [Fact]
    public void Build_PauseJustUnderTheLimit_IsNone()
    {
        var words = Segment(0, 0, 2, 0.5).Words;
        var apart = Segment(0, 1.299, 2, 0.5);

        var transcript = StructuredTranscriptBuilder.Build("x", TimeSpan.FromMinutes(1), [Segment(0, 0, 2, 0.5), apart]);

        Assert.Equal(2, words.Count);
        Assert.Empty(transcript.Pauses);
    }

    [Fact]
    public void ToJson_Transcript_IsTheDocumentedSchemaAndReadsBack()
    {
        var transcript = StructuredTranscriptBuilder.Build("a.wav", TimeSpan.FromSeconds(4.5), [Segment(0, 1, 3, 0.5)]);

        string json = transcript.ToJson();

        Assert.StartsWith("{\"id\":\"a.wav\",\"duration_s\":4.5,\"languages\":[{\"code\":\"en\",\"share\":1}],", json, StringComparison.Ordinal);
        Assert.Contains("{\"text\":\"word\",\"start_s\":1,\"end_s\":1.5,\"confidence\":0.5,\"filler\":false}", json, StringComparison.Ordinal);
        Assert.Contains("\"pace\":{\"units_per_min\":240,\"label\":\"unknown\"}", json, StringComparison.Ordinal);
        Assert.Equal(json, StructuredTranscript.FromJson(json).ToJson());
    }

    [Fact]
    public void Sentences_PieceOfSeveral_AreCutAtTheirPauses()
    {
        double[] starts = [0, 0.5, 1, 2, 2.5, 3];
        string[] texts = ["One", "two.", "Three.", "四", "五。", "六"];
        var words = texts.Zip(starts, (text, start) =>
            new TranscriptWord(text, TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(start + 0.5), 0.25f, true)).ToList();
        var piece = new TimedSegment(0, default, TimeSpan.FromSeconds(9), "One two. Three. 四五。六", English, 0.9f, true, words);

        var sentences = piece.Sentences().ToList();

        Assert.Equal(["One two. Three.", "四五。六"], sentences.Select(sentence => sentence.Text)); // too little silence elsewhere
        Assert.Equal((2.0, 3.5, 0.25f), (sentences[1].Start.TotalSeconds, sentences[1].End.TotalSeconds, sentences[1].Confidence));
        Assert.Equal(words, sentences.SelectMany(sentence => sentence.Words));
    }

    [Fact]
    public void Build_NoSpeech_IsEmpty()
    {
        var transcript = StructuredTranscriptBuilder.Build("x", TimeSpan.FromSeconds(1), []);

        Assert.Equal((0, 0, 0, 0), (transcript.Segments.Count, transcript.Pauses.Count, transcript.Speakers.Count, transcript.Languages.Count));
    }

    private static (string, int, double, double, PauseKind) At(TranscriptPause pause) =>
        (pause.AfterSegment, pause.AfterWord, pause.StartS, pause.EndS, pause.Kind);

    private static IEnumerable<TimedSegment> Talk(double stretch) =>
        Enumerable.Range(0, 8).Select(i => Segment(0, 20 * i * stretch, 10, (0.4 + 0.05 * i) * stretch));

    private static TimedSegment Segment(int channel, double start, int count, double length)
    {
        var words = Enumerable.Range(0, count).Select(i => new TranscriptWord(
            "word", TimeSpan.FromSeconds(start + i * length), TimeSpan.FromSeconds(start + (i + 1) * length), 0.5f, true)).ToList();
        string text = string.Join(' ', words.Select(word => word.Text));
        return new TimedSegment(channel, words[0].Start, words[^1].End, text, English, 0.5f, true, words);
    }
}
