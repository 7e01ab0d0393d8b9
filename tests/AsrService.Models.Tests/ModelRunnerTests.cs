using AsrService.Kernels;
using AsrService.Models.Checkpoints;
using AsrService.Models.Configuration;
using AsrService.Models.Encoder;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests;

/// <summary>Calls that cannot be carried out say why and change nothing; the next good call works.</summary>
[Trait("Category", "Unit")]
public sealed class ModelRunnerTests
{
    private static readonly ModelConfig Config = TinyConfigs.Asr with { Text = TinyConfigs.Asr.Text with { MaxPositions = 300 } };

    private static long BlockBytes =>
        new KvGeometry(Config.Text.Layers, Config.Text.KvHeads, Config.Text.HeadSize, DType.BF16, 1).BlockBytes;

    [Fact]
    public void Extend_MoreAudioTokensThanEncoded_ThrowsAndChangesNothing()
    {
        using var runner = NewRunner();
        var audio = runner.Encode(Utterance.WindowsOf(Config, new Random(1), 100));
        int[] prompt = [1, .. Enumerable.Repeat(Config.AudioTokenId, 14), 2];

        var fault = Refused<ShapeException>(runner, sequence => new Extension(sequence, prompt, Array.Empty<int>(), audio));

        Assert.Contains("13 audio tokens", fault.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(1), InlineData(-1)]
    public void Extend_AudioOffsetOutsideTheAudio_ThrowsAndChangesNothing(int sign)
    {
        using var runner = NewRunner();
        var audio = runner.Encode(Utterance.WindowsOf(Config, new Random(1), 100));
        int[] prompt = [Config.AudioTokenId];

        Refused<ArgumentException>(runner, sequence => new Extension(sequence, prompt, Array.Empty<int>(), audio, sign * 13));
    }

    [Fact]
    public void Extend_KvExhausted_ThrowsAndChangesNothing()
    {
        using var runner = NewRunner(new ModelOptions { MaxKvBytes = 3 * BlockBytes });
        Assert.Equal(3, runner.FreeKvBlocks);

        Refused<InvalidOperationException>(runner, sequence => new Extension(sequence, new int[193], Array.Empty<int>()));
        Refused<InvalidOperationException>(runner, sequence => new Extension(sequence, new int[129], Array.Empty<int>())); // with its neighbour
    }

    [Fact]
    public void Extend_BeyondThePositionsOfTheModel_ThrowsAndChangesNothing()
    {
        using var runner = NewRunner();

        var fault = Refused<ArgumentException>(runner, sequence => new Extension(sequence, new int[301], Array.Empty<int>()));

        Assert.Contains("300", fault.Message, StringComparison.Ordinal);
        int full = runner.OpenSequence();
        runner.Extend([new Extension(full, new int[300], Array.Empty<int>())], []);
        Assert.Throws<ArgumentException>(() => Extend(runner, new Extension(full, new int[1], Array.Empty<int>())));
        Assert.Equal(300, runner.LengthOf(full));
    }

    [Theory, InlineData(new[] { 3 }), InlineData(new[] { -1 }), InlineData(new[] { 1, 1 }), InlineData(new[] { 2, 0 })]
    public void Extend_OutputsThatAreNotAscendingIndices_ThrowsAndChangesNothing(int[] outputs)
    {
        using var runner = NewRunner();

        Refused<ArgumentException>(runner, sequence => new Extension(sequence, new int[3], outputs), outputs.Length);
    }

    [Theory, InlineData(-1), InlineData(320)]
    public void Extend_IdOutsideTheVocabulary_ThrowsAndChangesNothing(int id)
    {
        using var runner = NewRunner(new ModelOptions { MaxStepPositions = 2 });
        int[] ids = [1, 2, 3, id];

        Refused<ShapeException>(runner, sequence => new Extension(sequence, ids, Array.Empty<int>()));
    }

    [Fact]
    public void Extend_PredictionsDoNotFit_ThrowsAndChangesNothing()
    {
        using var runner = NewRunner();

        Refused<ShapeException>(runner, sequence => new Extension(sequence, new int[3], new[] { 2 }), predictions: 2);
    }

    [Fact]
    public void Extend_SequenceThatIsNotOpen_Throws()
    {
        using var runner = NewRunner();

        Refused<ArgumentException>(runner, _ => new Extension(99, new int[3], Array.Empty<int>()));
    }

    [Fact]
    public void Extend_AudioThatWasDisposed_ThrowsAndChangesNothing()
    {
        using var runner = NewRunner();
        var audio = runner.Encode(Utterance.WindowsOf(Config, new Random(1), 100));
        audio[0].Dispose();
        int[] prompt = [Config.AudioTokenId];

        Refused<ObjectDisposedException>(runner, sequence => new Extension(sequence, prompt, Array.Empty<int>(), audio));
    }

    [Fact]
    public void TryFork_TooFewBlocks_ReturnsFalse()
    {
        using var runner = NewRunner(new ModelOptions { MaxKvBytes = 3 * BlockBytes });
        int sequence = runner.OpenSequence();
        runner.Extend([new Extension(sequence, new int[100], Array.Empty<int>())], []);

        Assert.False(runner.TryFork(sequence, out _));
        Assert.Equal(1, runner.FreeKvBlocks);
    }

    [Theory, InlineData(0), InlineData(801)]
    public void Encode_WindowOfNoOrTooManyFrames_Throws(int frames)
    {
        using var runner = NewRunner();
        var window = new EncoderWindow(new float[frames * 128]);

        Assert.Throws<ShapeException>(() => runner.Encode([window]));
        Assert.Throws<ShapeException>(() => runner.Encode([new EncoderWindow(new float[127])]));
    }

    [Theory, InlineData(0), InlineData(-5)]
    public void Constructor_NoStepPositions_Throws(int positions) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NewRunner(new ModelOptions { MaxStepPositions = positions }));

    [Fact]
    public void Constructor_TensorMissing_DisposesTheBackend()
    {
        var ops = CpuOps.Create(2);
        using var logits = ops.NewTensor(1, 1);
        var weights = new WeightsInMemory(Config, (name, shape) => name.EndsWith("norm.weight", StringComparison.Ordinal)
            ? throw new CheckpointException($"{name} is missing")
            : new float[shape.Count]);

        Assert.Throws<CheckpointException>(() => new ModelRunner(ops, weights));

        Assert.Throws<ObjectDisposedException>(() => ops.ArgMax(logits, new int[1], new float[1]));
    }

    private static TException Refused<TException>(ModelRunner runner, Func<int, Extension> bad, int predictions = 0)
        where TException : Exception
    {
        int sequence = runner.OpenSequence(), neighbour = runner.OpenSequence();
        runner.Extend([new Extension(neighbour, new[] { 1, 2, 3 }, Array.Empty<int>())], []);
        int free = runner.FreeKvBlocks;
        var extension = bad(sequence);

        var good = new Extension(neighbour, new[] { 4 }, Array.Empty<int>());
        var fault = Assert.ThrowsAny<TException>(() => runner.Extend([good, extension], new Prediction[predictions]));

        Assert.Equal((0, 3, free), (runner.LengthOf(sequence), runner.LengthOf(neighbour), runner.FreeKvBlocks));
        var prediction = new Prediction[1];
        runner.Extend([new Extension(sequence, new[] { 5 }, new[] { 0 })], prediction);
        Assert.False(float.IsNaN(prediction[0].LogProbability));
        runner.CloseSequence(sequence);
        runner.CloseSequence(neighbour);
        return fault;
    }

    private static void Extend(ModelRunner runner, Extension extension) => runner.Extend([extension], []);

    private static ModelRunner NewRunner(ModelOptions? options = null) => RandomModels.NewRunner(Config, 1, options);
}
