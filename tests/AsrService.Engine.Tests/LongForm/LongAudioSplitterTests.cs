using AsrService.Engine.LongForm;
using Xunit;

namespace AsrService.Engine.Tests.LongForm;

[Trait("Category", "Conformance")]
public sealed class LongAudioSplitterTests
{
    private static readonly SplitOptions TenSeconds = new() { SampleRate = 1000, MaxPiece = TimeSpan.FromSeconds(10) };

    public static TheoryData<string, float[], AudioPiece[]> Vectors => new() // testvectors.md, section 7
    {
        { 
            "two quiet places", Signal(25_000, 9300..9450, 18_000..18_300),
            [new(0, 9300, 9300, 0), new(9300, 8700, 8700, 9.3), new(18_000, 7000, 7000, 18)]
        },
        { "none", Signal(10_100), [new(0, 6000, 6000, 0), new(6000, 4100, 4100, 6)] },
        { "short tail", Signal(15_200, 14_900..15_000), [new(0, 14_900, 14_900, 0), new(14_900, 300, 500, 14.9)] },
        { 
            "zeros", new float[21_000],
            [new(0, 5000, 5000, 0), new(5000, 5000, 5000, 5), new(10_000, 5000, 5000, 10), new(15_000, 6000, 6000, 15)]
        },
        { "exactly the maximum", Signal(10_000), [new(0, 10_000, 10_000, 0)] },
        { "short", Signal(100), [new(0, 100, 100, 0)] },
        { "empty", [], [new(0, 0, 0, 0)] },
    };

    [Theory, MemberData(nameof(Vectors))]
    public void Split_Vector_GivesItsPieces(string name, float[] signal, AudioPiece[] pieces)
    {
        Assert.NotEmpty(name);
        Assert.Equal(pieces, LongAudioSplitter.Split(signal, TenSeconds));
        Assert.Equal(pieces, Stream(signal, TenSeconds, chunk: 777));
    }

    [Fact]
    public void Split_ShortClip_IsNotPadded() =>
        Assert.Equal([new AudioPiece(0, 100, 100, 0)], LongAudioSplitter.Split(new float[100], new SplitOptions()));

    [Fact]
    public void Append_AnyChunks_GivesThePiecesOfTheWhole()
    {
        var random = new Random(2);
        for (int round = 0; round < 150; round++)
        {
            var options = new SplitOptions
            {
                SampleRate = random.Next(1, 2000),
                MaxPiece = TimeSpan.FromSeconds(1 + random.NextDouble() * 12),
                SearchRange = TimeSpan.FromSeconds(random.Next(6)),
                EnergyWindow = TimeSpan.FromMilliseconds(random.Next(200)),
            };
            float[] signal = RandomSignal(random, random.Next(60_000));

            var whole = LongAudioSplitter.Split(signal, options);

            Assert.Equal(whole, Stream(signal, options, chunk: random.Next(1, 9000)));
            Assert.Equal(signal.Length, whole.Sum(piece => piece.Length));
        }
    }

    [Fact]
    public void Split_RandomSignals_FollowsTheRuleWordForWord()
    {
        var random = new Random(3);
        for (int round = 0; round < 60; round++)
        {
            float[] signal = RandomSignal(random, random.Next(9000, 40_000));

            var cuts = LongAudioSplitter.Split(signal, TenSeconds).Select(piece => (int)piece.Start);

            Assert.Equal(Reference(signal, max: 10_000, search: 5000, window: 100), cuts);
        }
    }

    [Fact]
    public void Split_MaximumBetweenTwoSamples_ComparesSecondsFirst()
    {
        var max = TimeSpan.FromSeconds(0.7);
        var options = new SplitOptions { SampleRate = 3, MaxPiece = max, SearchRange = TimeSpan.Zero };
        AudioPiece[] parted = [new(0, 2, 2, 0), new(2, 1, 1, 2 / 3.0)];

        Assert.Equal([new AudioPiece(0, 2, 2, 0)], LongAudioSplitter.Split(new float[2], options));
        Assert.Equal(parted, Stream(new float[3], options, chunk: 1));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(16_000, 0)]
    [InlineData(16_000, 1200.1)]
    [InlineData(16_000, -1)]
    public void Split_OptionOutOfRange_Throws(int rate, double seconds)
    {
        var options = new SplitOptions { SampleRate = rate, MaxPiece = TimeSpan.FromSeconds(seconds) };

        Assert.Throws<ArgumentOutOfRangeException>(() => LongAudioSplitter.Split([], options));
    }

    [Fact]
    public void Append_AfterComplete_Throws()
    {
        var splitter = new LongAudioSplitter(TenSeconds);
        splitter.Complete();

        Assert.Throws<InvalidOperationException>(() => splitter.Append([0f]));
    }

    /// <summary>Feeds a splitter in chunks; checks the audio of each piece and the bound on memory.</summary>
    private static List<AudioPiece> Stream(float[] signal, SplitOptions options, int chunk)
    {
        var splitter = new LongAudioSplitter(options);
        var pieces = new List<AudioPiece>();
        int limit = options.MaxPieceSamples + Math.Max(2, options.SearchSamples);
        for (int start = 0; start < signal.Length;)
        {
            start += splitter.Append(signal.AsSpan(start, Math.Min(chunk, signal.Length - start)));
            Assert.InRange(splitter.BufferedSamples, 0, limit);
            TakeAll();
        }

        splitter.Complete();
        TakeAll();
        return pieces;

        void TakeAll()
        {
            while (splitter.TryTake(out var piece, out var samples))
            {
                float[] expected = new float[piece.PaddedLength];
                signal.AsSpan((int)piece.Start, piece.Length).CopyTo(expected);
                Assert.Equal(expected, samples);
                pieces.Add(piece);
            }
        }
    }

    private static List<int> Reference(float[] x, int max, int search, int window)
    {
        var cuts = new List<int> { 0 };
        for (int start = 0; x.Length - start > max; start = cuts[^1])
        {
            int left = Math.Max(start, start + max - search);
            int right = Math.Min(x.Length, start + max + search);
            var a = x[left..right].Select(MathF.Abs).ToArray();
            int j0 = Enumerable.Range(0, a.Length - window + 1).MinBy(j => Sum(a.AsSpan(j, window)));
            int i0 = Enumerable.Range(0, window).MinBy(i => a[j0 + i]);
            cuts.Add(Math.Clamp(left + j0 + i0, start + 1, x.Length));
        }

        return cuts;

        static float Sum(ReadOnlySpan<float> values)
        {
            float sum = 0;
            foreach (float value in values) sum += value;
            return sum;
        }
    }

    /// <summary>Noise, silence, and signals that repeat, whose windows nearly tie.</summary>
    private static float[] RandomSignal(Random random, int length)
    {
        int period = random.Next(1, 400);
        int kind = random.Next(4);
        float[] noise = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
        return kind switch
        {
            0 => noise,
            1 => [.. noise.Select((_, n) => noise[n % period])],
            2 => [.. noise.Select((_, n) => noise[n % period] + (n % 2 == 0 ? 1e-8f : 0))],
            _ => [.. noise.Select((x, n) => n / 997 % 3 == 0 ? 0 : x)],
        };
    }

    private static float[] Signal(int length, params Range[] silences)
    {
        float[] signal = [.. Enumerable.Range(0, length).Select(n => (float)(0.1 + 7919L * n % 1000 / 1000.0))];
        foreach (var silence in silences) signal.AsSpan(silence).Clear();
        return signal;
    }
}
