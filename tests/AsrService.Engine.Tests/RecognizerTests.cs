using AsrService.Engine.Decoding;
using AsrService.Engine.Tests.Decoding;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests;

/// <summary>The whole engine against what training/reference.py computed from the same weights.</summary>
[Trait("Category", "Conformance"), Collection(DemoModel.Collection)]
public sealed class RecognizerTests(DemoModel model)
{
    [Theory]
    [InlineData(DType.BF16, DType.F32)]
    [InlineData(DType.BF16, DType.BF16)]
    [InlineData(DType.F32, DType.F32)]
    public void DecodeSegment_ReferenceClip_GivesItsTokens(DType weights, DType kv)
    {
        var recognizer = model.In(weights, kv);

        Assert.All(ReferenceClips.Asr.Where(clip => !clip.IsResampled), clip =>
        {
            var result = recognizer.DecodeSegment(clip.Samples(), DecodingConfig.Default);

            Assert.Equal(clip.TokenIds, result.TokenIds);
            Assert.Equal((clip.Language, clip.Text), (result.Language, result.Text));
            Assert.False(result.Remarks.HasFlag(SegmentRemarks.Truncated));
        });
    }

    [Fact]
    public void DecodeSegment_StereoThroughOurResampler_GivesTheSameText() =>
        Assert.All(ReferenceClips.Asr.Where(clip => clip.IsResampled), clip =>
        {
            var result = model.Recognizer.DecodeSegment(clip.Samples(), DecodingConfig.Default);

            Assert.Equal((clip.Language, clip.Text), (result.Language, result.Text));
        });

    [Fact]
    public void DecodeSegment_ForcedLanguage_GivesTheTranscriptWithoutPrefix()
    {
        var clip = ReferenceClips.Sentences[0];
        var format = model.Recognizer.Format;
        var config = new DecodingConfig { Language = new("en", "English", true) };

        var result = model.Recognizer.DecodeSegment(clip.Samples(), config);

        Assert.Equal(clip.TokenIds[format.TextStart(clip.TokenIds)..], result.TokenIds);
        Assert.Equal(("English", clip.Text), (result.Language, result.Text));
    }

    [Fact]
    public void Step_RandomBatches_GiveEveryBitOfEachAlone()
    {
        var random = new Random(8);
        var recognizer = model.Recognizer;
        var clips = ReferenceClips.Sentences;
        var alone = clips.Select(clip => recognizer.DecodeSegment(clip.Samples(), DecodingConfig.Default)).ToList();

        for (int round = 0; round < 2; round++)
        {
            var order = Enumerable.Range(0, clips.Count).ToArray();
            random.Shuffle(order);
            for (int next = 0; next < order.Length;)
            {
                using var batch = new SegmentBatch<int>(recognizer.Runner, capacity: 12);
                int size = Math.Min(random.Next(1, 13), order.Length - next);
                foreach (int i in order.AsSpan(next, size))
                {
                    Assert.True(batch.TryAdd(i, recognizer.Begin(clips[i].Samples(), DecodingConfig.Default)));
                    if (random.Next(3) == 0) Step(batch); // the others join later
                }
                while (batch.Count > 0) Step(batch);
                next += size;
            }
        }

        void Step(SegmentBatch<int> batch) => batch.Step((i, result, _) => SegmentAssert.Same(alone[i], result!));
    }

    [Theory]
    [InlineData(CheckpointNaming.EarlyHf)]
    [InlineData(CheckpointNaming.Hf)]
    public void Load_HfNaming_GivesTheSameTokens(CheckpointNaming naming)
    {
        using var folder = new TemporaryFolder();
        CheckpointBuilder.ToHf(DemoModel.Folder, folder.Path, naming);

        AssertSame(folder.Path);
    }

    [Fact]
    public void Load_Shards_GivesTheSameTokens()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(DemoModel.Folder).Where(file => Path.GetExtension(file) != ".safetensors"))
            File.Copy(file, folder.At(Path.GetFileName(file)));
        using (var checkpoint = Checkpoint.Open(DemoModel.Folder))
        {
            var tensors = CheckpointTensors.Expected(checkpoint.Config).Where(tensor => tensor.IsRequired)
                .Select(tensor => RawTensor.FromSource($"thinker.{tensor.Name}", checkpoint.Get(tensor.Name, tensor.Shape)));
            SafetensorsWriter.WriteShards(folder.Path, [.. tensors], shards: 3);
        }

        AssertSame(folder.Path);
    }

    [Fact]
    public void Load_BundledModel_SaysWhatItIs()
    {
        var loaded = RecognizerLoader.Load(DemoModel.Folder, new ModelOptions(), threads: 1);
        using var recognizer = loaded.Recognizer;

        Assert.Contains("demonstration", loaded.Notice, StringComparison.Ordinal);
        Assert.Contains("demonstration", recognizer.Runner.Name, StringComparison.Ordinal);
        Assert.Empty(loaded.Warnings);
    }

    [Fact]
    public void Load_Aligner_IsRefused()
    {
        string folder = Path.Combine(RepositoryPaths.Models, "demo-aligner");

        var fault = Assert.Throws<CheckpointException>(() => RecognizerLoader.Load(folder, new ModelOptions(), threads: 1));

        Assert.Contains("forced aligner", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TokenizerLargerThanTheModel_IsRefused() // its ids would lie outside the embedding
    {
        using var folder = new TemporaryFolder();
        var small = TinyConfigs.Asr with { Text = TinyConfigs.Asr.Text with { VocabularySize = 307 } };
        new CheckpointBuilder(small).Write(folder.Path);

        var fault = Assert.Throws<CheckpointException>(() => RecognizerLoader.Load(folder.Path, new ModelOptions(), threads: 1));

        Assert.Contains("ids below 307", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ids up to 307", fault.Message, StringComparison.Ordinal);
    }

    private void AssertSame(string folder)
    {
        using var recognizer = RecognizerLoader.Load(folder, new ModelOptions(), threads: 2).Recognizer;
        foreach (var clip in ReferenceClips.Sentences.Where((_, i) => i % 4 == 0))
        {
            var expected = model.Recognizer.DecodeSegment(clip.Samples(), DecodingConfig.Default);

            SegmentAssert.Same(expected, recognizer.DecodeSegment(clip.Samples(), DecodingConfig.Default));
        }
    }
}
