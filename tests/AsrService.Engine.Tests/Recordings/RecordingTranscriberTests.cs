using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Engine.LongForm;
using AsrService.Engine.Recordings;
using AsrService.Engine.Tests.Decoding;
using AsrService.TestKit;
using AsrService.Tokenizer;
using Xunit;

namespace AsrService.Engine.Tests.Recordings;

[Trait("Category", "Unit")]
public sealed class RecordingTranscriberTests
{
    private static readonly BpeTokenizer Tokenizer = TinyBpe.Load();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Run_ManyFiles_GivesEachItsTranscriptInOrder(int batchSize)
    {
        var model = new ScriptedModel { Script = Words };
        float[][] files = [.. Enumerable.Range(0, 20).Select(i => TestSignals.Syllables(0.4 + i * 7 % 11, seed: i))];
        var expected = files.Select(file => new Recognizer(model, Tokenizer).DecodeSegment(file, DecodingConfig.Default)).ToList();

        var outcomes = Run(model, new RecordingOptions { BatchSize = batchSize }, files);

        Assert.Equal(Enumerable.Range(0, 20), outcomes.Select(outcome => outcome.Source));
        Assert.Equal(expected.Select(result => result.Text), outcomes.Select(outcome => outcome.Transcript!.Text));
        Assert.All(outcomes, outcome => Assert.Equal(
            files[outcome.Source].Length, outcome.Transcript!.Duration.TotalSeconds * 16_000));
        Assert.InRange(model.PeakSequences, 1, batchSize);
        AssertNothingHeld(model);
    }

    [Fact]
    public void Run_BadFiles_FailAlone()
    {
        var model = new ScriptedModel { Script = Words };
        var good = TestSignals.Syllables(3);
        var broken = new TrackedReader(TestSignals.Syllables(80), breaksAt: 70 * 16_000);
        var missing = new AudioFormatException("nothing there");
        Func<SpeechReader>[] sources =
        [
            () => SpeechReader.FromSamples(good), () => throw missing, () => new SpeechReader(broken),
            () => SpeechReader.FromSamples(good), () => throw missing,
        ];

        var outcomes = Run(model, new RecordingOptions { BatchSize = 2 }, sources);

        Assert.Equal([0, 1, 2, 3, 4], outcomes.Select(outcome => outcome.Source));
        Assert.Equal([true, false, false, true, false], outcomes.Select(outcome => outcome.Transcript is not null));
        Assert.Same(missing, outcomes[1].Fault);
        Assert.Equal("tracked: broken", outcomes[2].Fault!.Message);
        Assert.Equal(outcomes[0].Transcript!.Text, outcomes[3].Transcript!.Text);
        Assert.True(broken.IsClosed);
        AssertNothingHeld(model);
    }

    [Fact]
    public void Run_ModelFailsOnAPiece_FailsThatFileAlone()
    {
        int asked = 0;
        var model = new ScriptedModel { Script = prompt => asked++ == 2 ? [ScriptedModel.NotANumber] : Words(prompt) };
        float[][] files = [TestSignals.Syllables(2, 1), TestSignals.Syllables(100, 2), TestSignals.Syllables(2, 3)];

        var outcomes = Run(model, new RecordingOptions { BatchSize = 2 }, files);

        Assert.IsType<ModelFaultException>(outcomes[1].Fault);
        Assert.NotNull(outcomes[0].Transcript);
        Assert.NotNull(outcomes[2].Transcript);
        AssertNothingHeld(model);
    }

    [Fact]
    public void Run_PieceTooLongForTheCache_FailsThatFileAlone()
    {
        var model = new ScriptedModel(kvBlocks: 6) { Script = Words };
        float[][] files = [TestSignals.Syllables(2), TestSignals.Syllables(25), TestSignals.Syllables(3)];

        var outcomes = Run(model, new RecordingOptions { BatchSize = 3 }, files);

        Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.Transcript is not null));
        Assert.IsType<ModelFaultException>(outcomes[1].Fault);
    }

    [Fact]
    public void Run_PieceTooLongForTheModel_FailsThatFileAlone()
    {
        var small = TinyConfigs.Asr with { Text = TinyConfigs.Asr.Text with { MaxPositions = 200 } };
        float[][] files = [TestSignals.Syllables(2), TestSignals.Syllables(25), TestSignals.Syllables(3)];

        var outcomes = Run(new ScriptedModel(small) { Script = Words }, new RecordingOptions { BatchSize = 3 }, files);

        Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.Transcript is not null));
        Assert.IsType<ModelFaultException>(outcomes[1].Fault);
    }

    [Fact]
    public void Run_Cancelled_ClosesFilesAndThrows()
    {
        using var cancellation = new CancellationTokenSource();
        var model = new ScriptedModel { Script = Words };
        model.Extending = () =>
        {
            if (model.ExtendCalls == 3) cancellation.Cancel();
        };
        TrackedReader[] readers = [.. Enumerable.Range(0, 6).Select(i => new TrackedReader(TestSignals.Syllables(40, i)))];
        int opened = 0, finished = 0;
        Func<SpeechReader>[] sources = [.. readers.Select(reader => (Func<SpeechReader>)(() =>
        {
            opened++;
            return new SpeechReader(reader);
        }))];
        var transcriber = new RecordingTranscriber(new Recognizer(model, Tokenizer), new RecordingOptions { BatchSize = 3 });

        Assert.Throws<OperationCanceledException>(() => transcriber.Run(sources, _ => finished++, null, cancellation.Token));

        Assert.InRange(opened, 1, 3);
        Assert.Equal(0, finished);
        Assert.Equal(opened, readers.Count(reader => reader.IsClosed));
        AssertNothingHeld(model);
    }

    [Fact]
    public void Run_CancelledBefore_OpensNothing()
    {
        var transcriber = new RecordingTranscriber(new Recognizer(new ScriptedModel(), Tokenizer), new RecordingOptions());

        Assert.Throws<OperationCanceledException>(() => transcriber.Run(
            [() => throw new InvalidOperationException("opened")], _ => { }, null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Run_FileDone_IsReportedBeforeTheNextIsDecoded()
    {
        var model = new ScriptedModel { Script = Words };
        var encodedWhenFinished = new List<int>();

        new RecordingTranscriber(new Recognizer(model, Tokenizer), new RecordingOptions { BatchSize = 1 }).Run(
            [.. Enumerable.Repeat<Func<SpeechReader>>(() => SpeechReader.FromSamples(TestSignals.Syllables(2)), 3)],
            _ => encodedWhenFinished.Add(model.EncodeCalls), null, CancellationToken.None);

        Assert.Equal([1, 2, 3], encodedWhenFinished);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(30, 8)]
    [InlineData(1200, 8)]
    public void Run_LongFile_TranscribesThePiecesOfTheSplitter(double maxSegment, int batchSize)
    {
        var model = new ScriptedModel { Script = Words };
        var recognizer = new Recognizer(model, Tokenizer);
        float[] samples = TestSignals.Syllables(maxSegment > 100 ? 300 : 150);
        var options = new RecordingOptions { BatchSize = batchSize, MaxSegment = TimeSpan.FromSeconds(maxSegment) };
        var cuts = LongAudioSplitter.Split(samples, new SplitOptions { MaxPiece = options.MaxSegment });

        var transcript = Assert.Single(Run(model, options, samples)).Transcript!;

        Assert.Equal(
            cuts.Select(cut => (cut.Start / 16_000.0, (cut.Start + cut.Length) / 16_000.0)),
            transcript.Segments.Select(segment => (segment.Start.TotalSeconds, segment.End.TotalSeconds)));
        foreach (var (cut, segment) in cuts.Zip(transcript.Segments))
        {
            float[] piece = new float[cut.PaddedLength];
            samples.AsSpan((int)cut.Start, cut.Length).CopyTo(piece);
            SegmentAssert.Same(recognizer.DecodeSegment(piece, options.Decoding), segment.Result);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_LongFile_HoldsOnlyThePiecesOfItsBatch(int batchSize)
    {
        var model = new ScriptedModel { Script = Words };
        var reader = new SpeechReader(new TrackedReader(TestSignals.Syllables(300)));
        var done = new List<TimeSpan>();
        double mostHeld = 0;
        var options = new RecordingOptions { BatchSize = batchSize, MaxSegment = TimeSpan.FromSeconds(10) };

        new RecordingTranscriber(new Recognizer(model, Tokenizer), options)
            .Run([() => reader], _ => { }, Progressed, CancellationToken.None);

        // Pieces of up to 15 s in the batch, one in the splitter, a second just read.
        Assert.InRange(mostHeld, 1, (batchSize + 1) * 15 + 1);
        Assert.Equal(done.Order(), done);
        Assert.Equal(TimeSpan.FromSeconds(300), done[^1]);

        void Progressed(RecordingProgress progress)
        {
            mostHeld = Math.Max(mostHeld, (reader.Duration - progress.Done).TotalSeconds);
            Assert.Equal(TimeSpan.FromSeconds(300), progress.Total);
            Assert.Equal(0, progress.Source);
            done.Add(progress.Done);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(200, 1)]
    [InlineData(4800, 1)]
    public void Run_ShortSilence_IsEmptyText(int samples, int segments)
    {
        var transcript = Assert.Single(Run(new ScriptedModel(), new RecordingOptions(), new float[samples])).Transcript!;

        Assert.Equal(("", "", samples / 16_000.0), (transcript.Text, transcript.Language, transcript.Duration.TotalSeconds));
        Assert.Equal(segments, transcript.Segments.Count);
    }

    [Fact]
    public void Run_ThirdOfASecond_IsTranscribedAsItIs()
    {
        var model = new ScriptedModel { Script = Words };
        float[] samples = TestSignals.Syllables(0.3);

        var transcript = Assert.Single(Run(model, new RecordingOptions(), samples)).Transcript!;

        Assert.Equal(new Recognizer(model, Tokenizer).DecodeSegment(samples, DecodingConfig.Default).Text, transcript.Text);
        Assert.Equal(TimeSpan.FromSeconds(0.3), transcript.Segments[0].End);
    }

    [Theory]
    [InlineData(false)] // digital silence, which the model never hears
    [InlineData(true)] // noise, in which the model hears nothing
    public void Run_TailWithoutSpeech_IsDropped(bool isNoise)
    {
        var model = new ScriptedModel
        {
            Script = prompt => prompt.Ids.Count(id => id == TinyTokenizer.AudioPad) < 80
                ? Tokenizer.Encode("language None<asr_text>")
                : Words(prompt),
        };
        float[] tail = isNoise ? TestSignals.Noise(4, -50) : new float[64_000];
        float[] samples = [.. TestSignals.Syllables(29.9), .. new float[1600], .. tail];

        var transcript = Assert.Single(Run(model, new RecordingOptions(), samples)).Transcript!;

        Assert.NotEmpty(Assert.Single(transcript.Segments).Result.Text);
        Assert.Equal(samples.Length / 16_000.0, transcript.Duration.TotalSeconds);
    }

    [Fact]
    public void Run_OnlySilence_KeepsASegmentThatSaysSo()
    {
        var transcript = Assert.Single(Run(new ScriptedModel(), new RecordingOptions(), new float[16_000])).Transcript!;

        Assert.Equal(SegmentRemarks.NonSpeech, Assert.Single(transcript.Segments).Result.Remarks);
    }

    [Theory]
    [InlineData(0.5, 8)]
    [InlineData(1200.5, 8)]
    [InlineData(30, 0)]
    public void New_OptionOutOfRange_Throws(double maxSegment, int batchSize)
    {
        var options = new RecordingOptions { MaxSegment = TimeSpan.FromSeconds(maxSegment), BatchSize = batchSize };

        var fault = Assert.Throws<ArgumentOutOfRangeException>(
            () => new RecordingTranscriber(new Recognizer(new ScriptedModel(), Tokenizer), options));

        Assert.Contains(batchSize == 0 ? "BatchSize" : "MaxSegment", fault.Message, StringComparison.Ordinal);
    }

    private static List<RecordingOutcome> Run(ScriptedModel model, RecordingOptions options, params float[][] files) =>
        Run(model, options, [.. files.Select(file => (Func<SpeechReader>)(() => SpeechReader.FromSamples(file)))]);

    private static List<RecordingOutcome> Run(ScriptedModel model, RecordingOptions options, Func<SpeechReader>[] sources)
    {
        var outcomes = new List<RecordingOutcome>();
        new RecordingTranscriber(new Recognizer(model, Tokenizer), options).Run(sources, outcomes.Add, null, CancellationToken.None);
        return outcomes;
    }

    /// <summary>Words that depend on what was heard.</summary>
    private static int[] Words(ScriptedPrompt prompt)
    {
        var random = new Random(prompt.Audio);
        var words = Enumerable.Range(0, random.Next(1, 8)).Select(_ => $"w{random.Next(1000)}");
        return Tokenizer.Encode($"language English<asr_text>{string.Join(' ', words)}.");
    }

    private static void AssertNothingHeld(ScriptedModel model) =>
        Assert.Equal((0, 0, 0), (model.OpenSequences, model.UsedKvBlocks, model.LiveEmbeddings));
}
