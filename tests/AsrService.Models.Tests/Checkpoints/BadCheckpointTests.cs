using AsrService.Kernels;
using AsrService.Models.Checkpoints;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Checkpoints;

[Trait("Category", "Unit")]
public sealed class BadCheckpointTests : IDisposable
{
    private const string Norm = "thinker.model.norm.weight";

    private readonly TemporaryFolder _folder = new();
    private readonly CheckpointBuilder _builder = new(TinyConfigs.Asr);

    private string Weights => _folder.At("model.safetensors");

    private string Index => _folder.At("model.safetensors.index.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NoFolderOrAFile_SaysWhatIsWanted()
    {
        string file = _folder.At("file");
        File.WriteAllText(file, "");

        CheckpointAssert.Throws(() => Checkpoint.Open(_folder.At("none")), _folder.At("none"), "config.json and model.safetensors", "nothing");
        CheckpointAssert.Throws(() => Checkpoint.Open(file), file, "a folder", "a file");
        CheckpointAssert.Throws(() => Checkpoint.Open(_folder.Path), _folder.Path, "config.json", "none");
    }

    [Fact]
    public void Open_NoWeights_SaysWhichFileIsWanted()
    {
        _builder.Write(_folder.Path);
        File.Delete(Weights);

        CheckpointAssert.Throws(Open, _folder.Path, "model.safetensors or model.safetensors.index.json", "neither");
    }

    [Fact]
    public void Open_MissingTensors_AreCountedAndNamed()
    {
        Spoil(tensors => tensors.RemoveAll(tensor => tensor.Name.Contains("layers.1.mlp", StringComparison.Ordinal) || tensor.Name == Norm));

        CheckpointAssert.Throws(Open, Weights, "69 tensors", "4 of them missing", "model.layers.1.mlp.gate_proj.weight [32, 16]", "and 1 more");
    }

    [Fact]
    public void Open_MissingHeadOfUntiedModel_IsNamed()
    {
        string path = new CheckpointBuilder(TinyConfigs.TestVectors).Write(_folder.Path);
        var builder = new CheckpointBuilder(TinyConfigs.TestVectors);
        builder.WriteWeights(path, [.. builder.Tensors().Where(tensor => !tensor.Name.Contains("lm_head", StringComparison.Ordinal))]);

        CheckpointAssert.Throws(Open, Weights, "1 of them missing: lm_head.weight [64, 16]");
    }

    [Fact]
    public void Open_WrongShape_NamesTensorAndBothShapes()
    {
        Spoil(tensors => Replace(tensors, RawTensor.FromValues(Norm, new Shape(4, 4), DType.BF16, new float[16])));

        CheckpointAssert.Throws(Open, Weights, $"tensor {Norm}", "shape [16]", "[4, 4]");
    }

    [Fact]
    public void Open_UnusableType_NamesTensorAndType()
    {
        Spoil(tensors => Replace(tensors, new RawTensor(Norm, "I8", [16], new byte[16])));

        CheckpointAssert.Throws(Open, Weights, $"tensor {Norm}", "BF16, F16 or F32", "I8");
    }

    [Fact]
    public void Open_SameTensorUnderTwoNames_NamesBoth()
    {
        Spoil(tensors => tensors.Add(RawTensor.FromValues("model.language_model.norm.weight", new Shape(16), DType.BF16, new float[16])));

        CheckpointAssert.Throws(Open, Weights, "model.norm.weight once", Norm);
    }

    [Fact]
    public void Open_ExtraTensors_IsOneWarning()
    {
        Spoil(tensors => tensors.AddRange(Enumerable.Range(0, 5).Select(i => new RawTensor($"extra.{i}", "I64", [1], new byte[8]))));

        using var checkpoint = Checkpoint.Open(_folder.Path);

        string warning = Assert.Single(checkpoint.Warnings);
        Assert.Contains("5 tensors are not part of the model", warning, StringComparison.Ordinal);
        Assert.Contains("extra.0, extra.1, extra.2 and 2 more", warning, StringComparison.Ordinal);
        Assert.Equal(5, checkpoint.TensorsByType["I64"]);
    }

    [Fact]
    public void Get_MissingOrOtherShape_NamesTensorAndFile()
    {
        _builder.Write(_folder.Path);
        using var checkpoint = Checkpoint.Open(_folder.Path);

        CheckpointAssert.Throws(() => checkpoint.Get("model.nothing", new Shape(3)), Weights, "tensor model.nothing", "[3]", "no such tensor");
        CheckpointAssert.Throws(() => checkpoint.Get("model.norm.weight", new Shape(8)), Weights, $"tensor {Norm}", "[8]", "[16]");
    }

    [Theory]
    [InlineData("../model.safetensors"), InlineData("/etc/passwd"), InlineData("sub/model.safetensors"), InlineData("..")]
    [InlineData("sub\\\\model.safetensors"), InlineData("C:model.safetensors"), InlineData("a\\u0000b"), InlineData("")]
    public void Open_ShardOutsideTheFolder_IsRefused(string name)
    {
        _builder.Write(_folder.Path);
        File.WriteAllText(Index, """{"weight_map":{"a.weight":"NAME"}}""".Replace("NAME", name, StringComparison.Ordinal));

        CheckpointAssert.Throws(Open, Index, "weight_map.a.weight", "the name of a file in this folder");
    }

    [Fact]
    public void Open_MissingShard_NamesIt()
    {
        (_builder with { Shards = 3 }).Write(_folder.Path);
        File.Delete(_folder.At("model-00002-of-00003.safetensors"));

        CheckpointAssert.Throws(Open, Index, "the file model-00002-of-00003.safetensors", "none");
    }

    [Fact]
    public void Open_TensorAbsentFromItsShard_NamesBoth()
    {
        _builder.Write(_folder.Path);
        File.WriteAllText(Index, """{"weight_map":{"a.weight":"model.safetensors"}}""");

        CheckpointAssert.Throws(Open, Weights, "tensor a.weight", "index.json", "none");
    }

    [Theory, InlineData("{}", "weight_map"), InlineData("""{"weight_map":{}}""", "at least one"), InlineData("""{"weight_map":{"a":1}}""", "weight_map.a"), InlineData("x", "valid JSON")]
    public void Open_BrokenIndex_NamesIt(string json, string expected)
    {
        _builder.Write(_folder.Path);
        File.WriteAllText(Index, json);

        CheckpointAssert.Throws(Open, Index, expected);
    }

    [Fact]
    public void Open_MissingTensorOfShards_NamesTheFiles()
    {
        var builder = _builder with { Shards = 2 };
        builder.Write(_folder.Path);
        builder.WriteWeights(_folder.Path, [.. builder.Tensors().Where(tensor => tensor.Name != Norm)]);

        CheckpointAssert.Throws(Open, "model-00001-of-00002.safetensors, model-00002-of-00002.safetensors", "model.norm.weight [16]");
    }

    private Checkpoint Open() => Checkpoint.Open(_folder.Path);

    private void Spoil(Action<List<RawTensor>> change)
    {
        var tensors = _builder.Tensors().ToList();
        change(tensors);
        _builder.Write(_folder.Path);
        _builder.WriteWeights(_folder.Path, tensors);
    }

    private static void Replace(List<RawTensor> tensors, RawTensor tensor) =>
        tensors[tensors.FindIndex(other => other.Name == tensor.Name)] = tensor;
}
