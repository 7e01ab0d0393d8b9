using AsrService.Models.Encoder;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Encoder;

/// <summary>Encoder work in slices is the same work.</summary>
[Trait("Category", "Conformance")]
public sealed class EncodingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Continue_AnySlices_SameBitsAsWhole(int seed)
    {
        using var runner = RandomModels.NewRunner(TinyConfigs.Asr, seed: 5);
        var random = new Random(seed);
        EncoderWindow[] windows =
            [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Utterance.WindowsOf(runner.Config, random, random.Next(1, 801))[0])];
        float[][] whole = [.. runner.Encode(windows).Select(runner.Read)];

        using var encoding = runner.BeginEncode(windows);
        int slices = 1;
        while (!encoding.Continue(() => random.Next(3) > 0))
        {
            slices++;
            Assert.False(encoding.IsDone);
            ExtendBeside(runner, random);
        }
        float[][] sliced = [.. encoding.Take().Select(runner.Read)];

        Assert.True(slices > 1);
        for (int i = 0; i < windows.Length; i++) TensorAssert.SameBits(whole[i], sliced[i], $"seed {seed}, window {i}");
    }

    [Fact]
    public void Continue_NoTimeLeft_RunsOneUnitAtATime()
    {
        using var runner = RandomModels.NewRunner(TinyConfigs.Asr, seed: 5);
        var windows = Utterance.WindowsOf(runner.Config, new Random(1), 2400);
        using var encoding = runner.BeginEncode(windows);

        int units = 1;
        while (!encoding.Continue(static () => false)) units++;

        Assert.Equal(windows.Length + runner.Config.Audio.Layers + 1, units);
    }

    [Fact]
    public void Dispose_HalfWay_LetsOthersBegin()
    {
        using var runner = RandomModels.NewRunner(TinyConfigs.Asr, seed: 5);
        var windows = Utterance.WindowsOf(runner.Config, new Random(1), 1000);
        var abandoned = runner.BeginEncode(windows);
        abandoned.Continue(static () => false);
        Assert.Throws<InvalidOperationException>(() => runner.BeginEncode(windows));

        abandoned.Dispose();

        using var encoding = runner.BeginEncode(windows);
        Assert.Throws<InvalidOperationException>(encoding.Take);
        Assert.True(encoding.Continue(static () => true));
        Assert.Equal(2, encoding.Take().Length);
    }

    [Fact]
    public void BeginEncode_NoWindows_IsDone()
    {
        using var runner = RandomModels.NewRunner(TinyConfigs.Asr, seed: 5);
        using var encoding = runner.BeginEncode([]);

        Assert.True(encoding.Continue(static () => true));
        Assert.Empty(encoding.Take());
    }

    private static void ExtendBeside(ModelRunner runner, Random random)
    {
        int sequence = runner.OpenSequence();
        int[] ids = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(256))];
        runner.Extend([new Extension(sequence, ids, new[] { ids.Length - 1 })], new Prediction[1]);
        runner.CloseSequence(sequence);
    }
}
