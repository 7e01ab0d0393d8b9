using AsrService.Kernels;
using AsrService.Models.Configuration;
using AsrService.Models.Encoder;
using AsrService.TestKit;

namespace AsrService.Models.Tests;

/// <summary>A prompt with its audio and a continuation, all random: text, audio tokens, text.</summary>
internal sealed record Utterance(int[] Ids, EncoderWindow[] Windows)
{
    public static Utterance Random(ModelConfig config, Random random, int maxFrames = 1000, int maxText = 40)
    {
        int frames = random.Next(1, maxFrames);
        int before = random.Next(1, maxText / 2), after = random.Next(2, maxText);
        int[] ids =
        [
            .. TextIds(config, random, before),
            .. Enumerable.Repeat(config.AudioTokenId, config.Audio.AudioTokens(frames)),
            .. TextIds(config, random, after),
        ];
        return new Utterance(ids, WindowsOf(config, random, frames));
    }

    public static EncoderWindow[] WindowsOf(ModelConfig config, Random random, int frames)
    {
        var logMel = new float[frames * config.Audio.MelBins];
        for (int i = 0; i < logMel.Length; i++) logMel[i] = 2 * random.NextSingle() - 1;
        int size = config.Audio.WindowFrames * config.Audio.MelBins;
        return [.. logMel.Chunk(size).Select(window => new EncoderWindow(window))];
    }

    /// <summary>Audio tokens among the first positions.</summary>
    public int AudioTokensBefore(int position, int audioTokenId) => Ids.AsSpan(0, position).Count(audioTokenId);

    private static IEnumerable<int> TextIds(ModelConfig config, Random random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int id = random.Next(config.Text.VocabularySize);
            yield return id == config.AudioTokenId ? 0 : id;
        }
    }
}

/// <summary>Extends sequences by utterances, piece by piece, and keeps the logits of every position.</summary>
internal sealed class LogitsRecorder
{
    private readonly ModelRunner _runner;
    private readonly List<float[]> _observed = [];

    public LogitsRecorder(ModelRunner runner)
    {
        _runner = runner;
        runner.LogitsObserver = row => _observed.Add(row.ToArray());
    }

    /// <summary>All positions of one utterance, in one call: [positions][classes].</summary>
    public float[][] Whole(Utterance utterance, out Prediction[] predictions)
    {
        var audio = _runner.Encode(utterance.Windows);
        int sequence = _runner.OpenSequence();
        predictions = new Prediction[utterance.Ids.Length];
        var logits = Extend([Piece(utterance, audio, sequence, 0, utterance.Ids.Length)], predictions);
        _runner.CloseSequence(sequence);
        foreach (var window in audio) window.Dispose();
        return logits;
    }

    public float[][] Whole(Utterance utterance) => Whole(utterance, out _);

    /// <summary>All utterances together in ragged batches of random pieces, up to so many positions of each in a call.</summary>
    public float[][][] Mixed(Utterance[] utterances, Random random, int maxPiece)
    {
        var logits = utterances.Select(_ => new List<float[]>()).ToArray();
        var audio = _runner.Encode(utterances.SelectMany(u => u.Windows).ToArray());
        int[] sequences = [.. utterances.Select(_ => _runner.OpenSequence())];
        while (Enumerable.Range(0, utterances.Length).Any(i => logits[i].Count < utterances[i].Ids.Length))
        {
            var batch = new List<Extension>();
            var owners = new List<int>();
            for (int i = 0, window = 0; i < utterances.Length; window += utterances[i++].Windows.Length)
            {
                int start = _runner.LengthOf(sequences[i]), left = utterances[i].Ids.Length - start;
                int count = Math.Min(left, random.Next(maxPiece + 1));
                if (count == 0) continue;
                var windows = audio[window..(window + utterances[i].Windows.Length)];
                batch.Add(Piece(utterances[i], windows, sequences[i], start, count));
                owners.AddRange(Enumerable.Repeat(i, count));
            }
            var rows = Extend([.. batch], new Prediction[owners.Count]);
            for (int row = 0; row < rows.Length; row++) logits[owners[row]].Add(rows[row]);
        }
        foreach (int sequence in sequences) _runner.CloseSequence(sequence);
        foreach (var window in audio) window.Dispose();
        return [.. logits.Select(rows => rows.ToArray())];
    }

    public float[][] Extend(Extension[] batch, Prediction[] predictions)
    {
        _observed.Clear();
        _runner.Extend(batch, predictions);
        return [.. _observed];
    }

    /// <summary>Positions [start, start + count) of an utterance, with a prediction after each.</summary>
    public Extension Piece(Utterance utterance, AudioEmbeddings[] audio, int sequence, int start, int count) => new(
        sequence, utterance.Ids.AsMemory(start, count), Enumerable.Range(0, count).ToArray(), audio,
        utterance.AudioTokensBefore(start, _runner.Config.AudioTokenId));
}

/// <summary>Comparisons of logits, position by position.</summary>
internal static class LogitsAssert
{
    public static void SameBits(float[][] expected, float[][] found, string what)
    {
        Xunit.Assert.Equal(expected.Length, found.Length);
        for (int position = 0; position < expected.Length; position++)
            TensorAssert.SameBits(expected[position], found[position], $"{what}, position {position}");
    }
}

/// <summary>Models of random numbers.</summary>
internal static class RandomModels
{
    /// <summary>No size is a multiple of a vector or of a panel, and the query heads are three times the key heads.</summary>
    public static ModelConfig Uneven { get; } = TinyConfigs.Asr with
    {
        Audio = TinyConfigs.Asr.Audio with
        {
            ConvChannels = 5, Width = 54, Layers = 2, Heads = 3, FfnSize = 75, OutputSize = 70,
        },
        Text = TinyConfigs.Asr.Text with
        {
            VocabularySize = 347, HiddenSize = 70, FfnSize = 101, Layers = 3, Heads = 6, KvHeads = 2, HeadSize = 22,
        },
    };

    public static ModelRunner NewRunner(
        ModelConfig config, int seed, ModelOptions? options = null, int threads = 2, bool isReference = false) => new(
        isReference ? CpuOps.CreateReference() : CpuOps.Create(threads),
        new WeightsInMemory(config, new RandomTensors(seed).Of) { AreBf16 = true },
        options);
}
