using AsrService.TestKit;

namespace AsrService.Audio.Tests;

public sealed class SpeechReaderTests
{
    private static readonly SpeechReaderOptions KeepNothing = new() { MaxBufferedSamples = 0 };

    [Fact, Trait("Category", "Unit")]
    public void Read_IntegersAtSixteenKilohertz_AreGivenAsTheyAreWithoutReadingAhead()
    {
        var source = new CountingReader(Readers.Wav(WavWriter.Write(Signals.Noise(50_000, seed: 1), 16000)));
        using var speech = new SpeechReader(source);

        speech.Read(new float[100]);

        Assert.Equal(0, source.Rewinds);
        Assert.InRange(source.FramesRead, 100, 5000);
        Assert.Equal(50_000, speech.SampleCount);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_Channels_AreAveraged()
    {
        using var speech = new SpeechReader(Readers.Wav(WavWriter.Write([0.5f, -0.25f, 0.5f, 0.5f], 16000, 2)));

        Assert.Equal([0.125f, 0.5f], speech.ReadToEnd());
        Assert.Equal(2, speech.SourceChannels);
    }

    [Theory, Trait("Category", "Unit"), InlineData(0, 0.5f), InlineData(1, -0.25f)]
    public void Read_OneChannel_IsTakenApart(int channel, float expected)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("two.wav", WavWriter.Write([0.5f, -0.25f, 0.5f, -0.25f], 16000, 2));

        using var speech = SpeechReader.OpenChannel(path, channel);

        Assert.Equal([expected, expected], speech.ReadToEnd());
    }

    [Fact, Trait("Category", "Unit")]
    public void OpenChannel_NotThere_SaysWhichAre()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("two.wav", WavWriter.Write(new float[4], 16000, 2));

        string message = Readers.Refusal(() => SpeechReader.OpenChannel(path, 2));

        Assert.Equal($"{path}: channel asked for is 2; expected 0 to 1.", message);
    }

    [Theory, Trait("Category", "Unit"), InlineData(8000), InlineData(11025), InlineData(44100), InlineData(48000)]
    public void Read_OtherRate_IsResampledToTheRoundedUpLength(int rate)
    {
        var tone = Signals.Sine(440, rate, rate + 1);
        using var speech = new SpeechReader(Readers.Wav(WavWriter.Write(tone, rate)));
        long? estimate = speech.SampleCount;

        var samples = speech.ReadToEnd();

        Assert.Equal(((rate + 1) * 16000L + rate - 1) / rate, samples.Length);
        Assert.Equal(samples.Length, estimate);
        var ideal = Signals.Sine(440, 16000, 16000);
        for (int i = 1000; i < 15_000; i++) Assert.Equal(ideal[i], samples[i], 1e-4f);
        Assert.Equal(TimeSpan.FromSeconds(samples.Length / 16000.0), speech.Duration);
    }

    [Theory, Trait("Category", "Unit"), InlineData(true), InlineData(false)]
    public void Read_PeakAboveOne_DividesTheWholeRecording(bool isKept)
    {
        var loud = Signals.Noise(100_000, seed: 2);
        loud[90_000] = -4;
        var source = new CountingReader(Readers.Wav(WavWriter.Write(loud, 16000, 1, SampleEncoding.F32)));
        using var speech = new SpeechReader(source, isKept ? null : KeepNothing);

        var samples = speech.ReadToEnd();

        Assert.Equal([.. loud.Select(sample => sample / 4)], samples);
        Assert.Equal(-1, samples[90_000]);
        Assert.Equal(isKept ? 0 : 1, source.Rewinds);
        Assert.Equal(100_000, speech.SampleCount);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_ResamplerOvershoot_IsNormalizedNotClipped()
    {
        var square = new float[44100];
        for (int i = 0; i < square.Length; i++) square[i] = i / 100 % 2 == 0 ? 1 : -1;

        using var plain = SpeechReader.FromSamples(square, 44100, options: new() { NormalizePeak = false });
        using var speech = SpeechReader.FromSamples(square, 44100);
        var raw = plain.ReadToEnd();
        var samples = speech.ReadToEnd();

        float peak = raw.Max(MathF.Abs);
        Assert.InRange(peak, 1.05f, 1.3f);
        Assert.Equal([.. raw.Select(sample => Math.Clamp(sample / peak, -1, 1))], samples);
    }

    [Theory, Trait("Category", "Unit"), InlineData(0.001f), InlineData(0f)]
    public void Read_QuietAudio_IsNotAmplified(float level)
    {
        var quiet = new float[1000];
        Array.Fill(quiet, level);

        using var speech = SpeechReader.FromSamples(quiet);

        Assert.Equal(quiet, speech.ReadToEnd());
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_Empty_EndsAtOnce()
    {
        using var speech = SpeechReader.FromSamples(Array.Empty<float>());

        Assert.Empty(speech.ReadToEnd());
        Assert.Equal(TimeSpan.Zero, speech.Duration);
    }

    [Theory, Trait("Category", "Conformance"), InlineData(1), InlineData(333), InlineData(70_000)]
    public void Read_AnyRoomAndEitherWay_SameBits(int room)
    {
        var bytes = WavWriter.Write(Signals.Noise(60_000, seed: 3), 44100, 2, SampleEncoding.F32);
        using var whole = new SpeechReader(Readers.Wav(bytes));
        using var pieces = new SpeechReader(Readers.Wav(bytes), KeepNothing);

        var all = new List<float>();
        var some = new float[room];
        for (int count; (count = pieces.Read(some)) > 0;) all.AddRange(some.AsSpan(0, count));

        Assert.Equal(whole.ReadToEnd(), all);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_NotANumberInMemory_NamesIt()
    {
        using var speech = SpeechReader.FromSamples(new[] { 0f, 0f, float.NaN }, name: "microphone");

        string message = Readers.Refusal(() => speech.ReadToEnd());

        Assert.Equal("microphone: sample 2 of channel 0 (0.000 s) is NaN; expected a finite number.", message);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_SamplesThatOverflowTheMean_AreRefused()
    {
        using var speech = new SpeechReader(Readers.Wav(WavWriter.Write([3e38f, 3e38f], 16000, 2, SampleEncoding.F32)));

        Assert.Contains("too large", Readers.Refusal(() => speech.ReadToEnd()), StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Unit")]
    public void Read_LongPipe_CannotBeReadTwice()
    {
        var bytes = WavWriter.Write(Signals.Noise(1000, seed: 4), 8000);
        using var kept = new SpeechReader(new WavReader(new PipeLikeStream(bytes), "stdin"));
        using var speech = new SpeechReader(new WavReader(new PipeLikeStream(bytes), "stdin"), KeepNothing);

        Assert.Equal(2000, kept.ReadToEnd().Length);
        Assert.Contains("MaxBufferedSamples", Readers.Refusal(() => speech.ReadToEnd()), StringComparison.Ordinal);
    }

    private sealed class CountingReader(AudioReader inner) : AudioReader
    {
        public int Rewinds { get; private set; }

        public long FramesRead { get; private set; }

        public override string Name => inner.Name;

        public override int SampleRate => inner.SampleRate;

        public override int Channels => inner.Channels;

        public override long? FrameCount => inner.FrameCount;

        public override bool IsWithinUnitRange => inner.IsWithinUnitRange;

        public override bool CanRewind => inner.CanRewind;

        public override int Read(Span<float> interleaved)
        {
            int frames = inner.Read(interleaved);
            FramesRead += frames;
            return frames;
        }

        public override void Rewind()
        {
            Rewinds++;
            inner.Rewind();
        }

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}
