using AsrService.Kernels;
using AsrService.Models.Checkpoints;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Checkpoints;

[Trait("Category", "Unit")]
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<CheckpointNaming, int, bool> Forms()
    {
        var data = new TheoryData<CheckpointNaming, int, bool>();
        foreach (var naming in Enum.GetValues<CheckpointNaming>())
            foreach (int shards in new[] { 1, 3 })
                foreach (bool aligner in new[] { false, true }) data.Add(naming, shards, aligner);
        return data;
    }

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Forms))]
    public void Open_EveryForm_GivesTheSameModel(CheckpointNaming naming, int shards, bool aligner)
    {
        var config = aligner ? TinyConfigs.Aligner : TinyConfigs.Asr;
        string path = new CheckpointBuilder(config) { Naming = naming, Shards = shards }.Write(_folder.At("tiny"));

        using var checkpoint = Checkpoint.Open(path + Path.DirectorySeparatorChar);

        Assert.Equal((config.Audio, config.Text, config.Aligner), (checkpoint.Config.Audio, checkpoint.Config.Text, checkpoint.Config.Aligner));
        Assert.Equal(config.EosTokenIds, checkpoint.Config.EosTokenIds);
        Assert.Equal(("tiny", path), (checkpoint.Name, checkpoint.Folder));
        Assert.Empty(checkpoint.Warnings);
        Assert.Equal(CheckpointTensors.ParameterCount(config), checkpoint.ParameterCount);
        Assert.Equal(Directory.GetFiles(path, "*.safetensors").Sum(file => new FileInfo(file).Length), checkpoint.FileBytes);
        Assert.Equal("BF16", Assert.Single(checkpoint.TensorsByType).Key);
        Assert.Equal(!aligner, checkpoint.OutputHeadIsEmbedding());
        foreach (var tensor in CheckpointTensors.Expected(config).Where(tensor => tensor.IsRequired))
        {
            var written = RawTensor.FromValues("", tensor.Shape, DType.BF16, SyntheticWeights.Of(tensor.Name, tensor.Shape));
            Assert.True(checkpoint.Get(tensor.Name, tensor.Shape).Data.Span.SequenceEqual(written.Data.Span), tensor.Name);
        }
    }

    [Theory, InlineData(false, CheckpointNaming.EarlyHf), InlineData(false, CheckpointNaming.Hf), InlineData(true, CheckpointNaming.Hf)]
    public void ToHf_OriginalFolder_KeepsEveryByte(bool aligner, CheckpointNaming naming)
    {
        var config = aligner ? TinyConfigs.Aligner : TinyConfigs.Asr;
        string source = new CheckpointBuilder(config) { Weights = new RandomTensors(5).Of }.Write(_folder.At("original"));
        string target = CheckpointBuilder.ToHf(source, _folder.At("hf"), naming);

        using var before = Checkpoint.Open(source);
        using var after = Checkpoint.Open(target);

        Assert.Equal(before.ParameterCount, after.ParameterCount);
        foreach (var tensor in CheckpointTensors.Expected(config).Where(tensor => tensor.IsRequired))
            Assert.True(before.Get(tensor.Name, tensor.Shape).Data.Span.SequenceEqual(after.Get(tensor.Name, tensor.Shape).Data.Span));
        Assert.True(File.Exists(Path.Combine(target, "tokenizer.json")));
        Assert.False(File.Exists(Path.Combine(target, "vocab.json")));
    }

    [Fact]
    public void Open_LinkedFiles_WorkAsInADownloadCache()
    {
        string real = new CheckpointBuilder(TinyConfigs.Asr).Write(_folder.At("blobs"));
        string links = Directory.CreateDirectory(_folder.At("snapshot")).FullName;
        foreach (string file in Directory.GetFiles(real)) File.CreateSymbolicLink(Path.Combine(links, Path.GetFileName(file)), file);

        using var checkpoint = Checkpoint.Open(links);

        Assert.Equal(new FileInfo(Path.Combine(real, "model.safetensors")).Length, checkpoint.FileBytes);
    }

    [Fact]
    public void OutputHead_UntiedOrChangedCopy_IsTheStoredOne()
    {
        var config = TinyConfigs.Asr with { Text = TinyConfigs.Asr.Text with { TiesEmbeddings = false } };
        string path = new CheckpointBuilder(config).Write(_folder.Path);

        using var checkpoint = Checkpoint.Open(path);

        Assert.False(checkpoint.OutputHeadIsEmbedding());
        Assert.StartsWith("thinker.lm_head.weight in ", checkpoint.OutputHead().Name, StringComparison.Ordinal);
    }

    [Fact]
    public void OutputHead_NoneStored_IsTheEmbedding()
    {
        string path = new CheckpointBuilder(TinyConfigs.Asr) { Naming = CheckpointNaming.Hf }.Write(_folder.Path);

        using var checkpoint = Checkpoint.Open(path);

        Assert.False(checkpoint.TryGet(CheckpointTensors.OutputHead, out _));
        Assert.Equal(new Shape(320, 16), checkpoint.OutputHead().Shape);
    }

    [Fact]
    public void Open_BundledModels_AreComplete()
    {
        foreach (var (name, parameters) in new[] { ("demo-asr", 4_408_896L), ("demo-aligner", 4_485_696L) })
        {
            string path = Path.Combine(RepositoryPaths.Models, name);
            Assert.SkipUnless(Directory.Exists(path), $"models/{name} is not in this checkout.");

            using var checkpoint = Checkpoint.Open(path);

            Assert.Equal(parameters, checkpoint.ParameterCount);
            Assert.Empty(checkpoint.Warnings);
            Assert.Equal(name == "demo-aligner", checkpoint.Config.Aligner is not null);

            using var converted = Checkpoint.Open(CheckpointBuilder.ToHf(path, _folder.At(name)));
            Assert.Equal(checkpoint.Config.Aligner, converted.Config.Aligner);
        }
    }
}
