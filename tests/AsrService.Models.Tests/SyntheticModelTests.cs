using AsrService.Kernels;
using AsrService.Models.Configuration;
using AsrService.Models.Encoder;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests;

/// <summary>The published vectors of a tiny model with computed weights, on both CPU backends. Tolerance 2e-4 absolute.</summary>
[Trait("Category", "Conformance")]
public sealed class SyntheticModelTests
{
    private const float Tolerance = 2e-4f;

    public enum Backend
    {
        Reference,
        Simd,
    }

    [Theory]
    [InlineData(Backend.Reference, 37, false, 5, "-0.77253 -0.92658 -1.17763 0.43981", "-0.93987 -1.19047 -1.49214 0.47457", 5.4236, 81.7177)]
    [InlineData(Backend.Simd, 37, false, 5, "-0.77253 -0.92658 -1.17763 0.43981", "-0.93987 -1.19047 -1.49214 0.47457", 5.4236, 81.7177)]
    [InlineData(Backend.Reference, 37, true, 5, "-0.77264 -0.92631 -1.17806 0.43958", "-0.94008 -1.18989 -1.49257 0.47457", 5.4229, 81.7308)]
    [InlineData(Backend.Simd, 37, true, 5, "-0.77264 -0.92631 -1.17806 0.43958", "-0.94008 -1.18989 -1.49257 0.47457", 5.4229, 81.7308)]
    [InlineData(Backend.Reference, 250, true, 33, "-0.67313 -0.81072 -1.20366 0.34830", "-0.70212 -0.93497 -1.38650 0.35762", 38.4245, 554.1540)]
    [InlineData(Backend.Simd, 250, true, 33, "-0.67313 -0.81072 -1.20366 0.34830", "-0.70212 -0.93497 -1.38650 0.35762", 38.4245, 554.1540)]
    [InlineData(Backend.Reference, 850, true, 111, "-0.69794 -0.86762 -1.19275 0.40098", "-0.80519 -0.96356 -1.53860 0.31899", 132.7791, 1862.0781)]
    [InlineData(Backend.Simd, 850, true, 111, "-0.69794 -0.86762 -1.19275 0.40098", "-0.80519 -0.96356 -1.53860 0.31899", 132.7791, 1862.0781)]
    public void Encode_SyntheticClip_MatchesVectors(
        Backend backend, int frames, bool padChunk, int rows, string firstRow, string lastRow, double sum, double sumOfAbs)
    {
        using var runner = NewRunner(backend);

        var output = Encode(runner, frames, padChunk);

        Assert.Equal(rows, output.Length / 16);
        TensorAssert.Close(TensorAssert.Parse(firstRow), output.AsSpan(0, 4), Tolerance);
        TensorAssert.Close(TensorAssert.Parse(lastRow), output.AsSpan(output.Length - 16, 4), Tolerance);
        Assert.Equal(sum, output.Sum(v => (double)v), Tolerance * output.Length / 4);
        Assert.Equal(sumOfAbs, output.Sum(v => Math.Abs((double)v)), Tolerance * output.Length / 4);
    }

    [Theory, InlineData(Backend.Reference), InlineData(Backend.Simd)]
    public void Encode_SecondWindow_SeesNothingOfTheFirst(Backend backend)
    {
        using var runner = NewRunner(backend);

        var output = Encode(runner, 850, padChunk: true);

        TensorAssert.Close(TensorAssert.Parse("-0.64469 -0.73393 -1.41269 0.25078"), output.AsSpan(103 * 16, 4), Tolerance);
        TensorAssert.Close(TensorAssert.Parse("-0.77006 -0.90922 -1.37728 0.35472"), output.AsSpan(104 * 16, 4), Tolerance);
    }

    [Theory, InlineData(Backend.Reference), InlineData(Backend.Simd)]
    public void Encode_WholeClipAsOneWindow_MatchesVectors(Backend backend) // what some implementations do by mistake
    {
        using var runner = NewRunner(backend, TinyConfigs.TestVectors with
        {
            Audio = TinyConfigs.TestVectors.Audio with { WindowFrames = 900 },
        });

        var output = Encode(runner, 850, padChunk: true);

        Assert.Equal(111, output.Length / 16);
        TensorAssert.Close(TensorAssert.Parse("-0.70458 -0.87223 -1.20504 0.40069"), output.AsSpan(0, 4), Tolerance);
        TensorAssert.Close(
            TensorAssert.Parse("-0.73909 -0.93257 -1.38385 0.34764"), output.AsSpan(output.Length - 16, 4), Tolerance);
        Assert.Equal(133.3039, output.Sum(v => (double)v), Tolerance * output.Length / 4);
        Assert.Equal(1864.3751, output.Sum(v => Math.Abs((double)v)), Tolerance * output.Length / 4);
    }

    [Theory, InlineData(Backend.Reference), InlineData(Backend.Simd)]
    public void Extend_SyntheticPrompt_MatchesLogits(Backend backend)
    {
        using var runner = NewRunner(backend);
        var logits = new List<float[]>();
        runner.LogitsObserver = row => logits.Add(row.ToArray());

        var (ids, audio) = Prompt(runner);
        var predictions = new Prediction[ids.Length];
        int sequence = runner.OpenSequence();
        runner.Extend([new Extension(sequence, ids, Enumerable.Range(0, ids.Length).ToArray(), audio)], predictions);

        Assert.Equal(38, logits.Count);
        TensorAssert.Close(TensorAssert.Parse("0.10505 1.69923 0.38727 -0.65314"), logits[0].AsSpan(0, 4), Tolerance);
        TensorAssert.Close(
            TensorAssert.Parse("-0.00746 0.84798 -0.81877 0.93470 0.73084 -1.97295"), logits[^1].AsSpan(0, 6), Tolerance);
        Assert.Equal(53, predictions[^1].Id);
        Assert.Equal(2.21136, logits[^1][53], Tolerance);
        Assert.Equal(-154.8902, logits.Sum(row => row.Sum(v => (double)v)), Tolerance * 38 * 64 / 4);
    }

    [Theory, InlineData(Backend.Reference), InlineData(Backend.Simd)]
    public void Extend_GreedyContinuation_MatchesVectors(Backend backend)
    {
        using var runner = NewRunner(backend);
        var (ids, audio) = Prompt(runner);
        int sequence = runner.OpenSequence();
        var prediction = new Prediction[1];
        runner.Extend([new Extension(sequence, ids, new[] { ids.Length - 1 }, audio)], prediction);

        var continuation = new List<int>();
        for (int i = 0; i < 5; i++) // beyond, the vectors' top-2 margin is too small to compare
        {
            continuation.Add(prediction[0].Id);
            runner.Extend([new Extension(sequence, new[] { prediction[0].Id }, new[] { 0 })], prediction);
        }

        Assert.Equal([53, 8, 15, 52, 1], continuation);
    }

    private static ModelRunner NewRunner(Backend backend, ModelConfig? config = null) => new(
        backend == Backend.Reference ? CpuOps.CreateReference() : CpuOps.Create(2),
        new WeightsInMemory(config ?? TinyConfigs.TestVectors, SyntheticWeights.Of),
        new ModelOptions { Weights = DType.F32 });

    private static AudioEmbeddings[] EncodeWindows(ModelRunner runner, int frames, bool padChunk)
    {
        var logMel = new float[frames * 128];
        for (int bin = 0; bin < 128; bin++)
        {
            for (int frame = 0; frame < frames; frame++)
                logMel[frame * 128 + bin] = (float)(2 * SyntheticWeights.Uniform((uint)(bin * frames + frame), 777));
        }
        var windows = new List<EncoderWindow>();
        int size = runner.Config.Audio.WindowFrames;
        for (int first = 0; first < frames; first += size)
            windows.Add(new EncoderWindow(logMel.AsMemory(first * 128, Math.Min(size, frames - first) * 128), padChunk));
        return runner.Encode(windows.ToArray());
    }

    private static float[] Encode(ModelRunner runner, int frames, bool padChunk)
    {
        var values = new List<float>();
        foreach (var window in EncodeWindows(runner, frames, padChunk)) values.AddRange(runner.Read(window));
        return [.. values];
    }

    private static (int[] Ids, AudioEmbeddings[] Audio) Prompt(ModelRunner runner) =>
        ([3, 5, 7, .. Enumerable.Repeat(50, 33), 8, 9], EncodeWindows(runner, 250, padChunk: true));
}
