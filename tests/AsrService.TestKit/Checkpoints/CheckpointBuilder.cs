using System.Text.Json.Nodes;
using AsrService.Kernels;
using AsrService.Models.Checkpoints;
using AsrService.Models.Configuration;

namespace AsrService.TestKit;

/// <summary>Writes a complete checkpoint folder of any configuration, as a download would leave it.</summary>
/// <param name="Config">Sizes and ids; a transcriber or an aligner.</param>
public sealed record CheckpointBuilder(ModelConfig Config)
{
    /// <summary>Naming of files, fields and tensors.</summary>
    public CheckpointNaming Naming { get; init; } = CheckpointNaming.Original;

    /// <summary>Storage format of every tensor.</summary>
    public DType Type { get; init; } = DType.BF16;

    /// <summary>Weight files; more than one come with an index.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>The values of a tensor by canonical name, for example those of <see cref="RandomTensors"/>.</summary>
    public Func<string, Shape, float[]> Weights { get; init; } = SyntheticWeights.Of;

    /// <summary>
    /// Folder to copy an original tokenizer from; by default <see cref="TinyTokenizer"/>'s is written.
    /// </summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>Writes the folder, which is made if need be, and returns its path.</summary>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        WriteTokenizer(folder);
        WriteSettings(folder);
        WriteWeights(folder, Tensors());
        return folder;
    }

    /// <summary>
    /// Writes a folder in an <c>-hf</c> naming with the very weights and tokenizer of an original one.
    /// </summary>
    /// <param name="folder">A checkpoint folder in the original naming.</param>
    /// <param name="target">The folder to make.</param>
    /// <param name="naming">Which generation of the naming.</param>
    public static string ToHf(string folder, string target, CheckpointNaming naming = CheckpointNaming.Hf)
    {
        using var source = Checkpoint.Open(folder);
        var builder = new CheckpointBuilder(source.Config) { Naming = naming, TokenizerFolder = folder };
        Directory.CreateDirectory(target);
        builder.WriteTokenizer(target);
        builder.WriteSettings(target);
        var tensors = new List<RawTensor>();
        foreach (var expected in CheckpointTensors.Expected(source.Config).Where(tensor => tensor.IsRequired))
            tensors.Add(RawTensor.FromSource(builder.StoredName(expected), source.Get(expected.Name, expected.Shape)));
        builder.WriteWeights(target, tensors);
        return target;
    }

    /// <summary>The tensors to be written, for a test that wants to spoil some of them.</summary>
    public IReadOnlyList<RawTensor> Tensors()
    {
        var tensors = new List<RawTensor>();
        foreach (var expected in CheckpointTensors.Expected(Config))
        {
            // Original folders store a copy of tied embeddings as the head, -hf folders do not.
            if (!expected.IsRequired && Naming != CheckpointNaming.Original) continue;
            var values = Weights(expected.IsRequired ? expected.Name : CheckpointTensors.Embedding, expected.Shape);
            tensors.Add(RawTensor.FromValues(StoredName(expected), expected.Shape, Type, values));
        }

        return tensors;
    }

    /// <summary>Writes only the weights, for a test that has spoilt them.</summary>
    public void WriteWeights(string folder, IReadOnlyList<RawTensor> tensors)
    {
        if (Shards > 1) SafetensorsWriter.WriteShards(folder, tensors, Shards);
        else SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), tensors);
    }

    private string StoredName(ExpectedTensor tensor) => Naming.StoredName(tensor.Name, Config.Aligner is not null);

    private void WriteSettings(string folder)
    {
        SafetensorsWriter.WriteJson(Path.Combine(folder, "config.json"), ConfigJson.Write(Config, Naming));
        if (Naming == CheckpointNaming.Hf)
        {
            var processor = new JsonObject { ["feature_extractor"] = ConfigJson.FrontEnd() };
            SafetensorsWriter.WriteJson(Path.Combine(folder, "processor_config.json"), processor);
        }
        else
        {
            SafetensorsWriter.WriteJson(Path.Combine(folder, "preprocessor_config.json"), ConfigJson.FrontEnd());
        }

        if (Config.EosTokenIds.Count == 0) return;
        var ids = new JsonArray([.. Config.EosTokenIds.Select(id => JsonValue.Create(id))]);
        var generation = new JsonObject { ["do_sample"] = false, ["eos_token_id"] = ids };
        SafetensorsWriter.WriteJson(Path.Combine(folder, "generation_config.json"), generation);
    }

    private void WriteTokenizer(string folder)
    {
        if (Naming == CheckpointNaming.Original)
        {
            WriteOriginalTokenizer(folder);
            return;
        }

        bool pairs = Naming == CheckpointNaming.Hf;
        if (TokenizerFolder is not null)
        {
            TokenizerJson.Convert(TokenizerFolder, folder, pairs);
            return;
        }

        using var original = new TemporaryFolder();
        TinyTokenizer.Write(original.Path);
        TokenizerJson.Convert(original.Path, folder, pairs);
    }

    private void WriteOriginalTokenizer(string folder)
    {
        if (TokenizerFolder is null)
        {
            TinyTokenizer.Write(folder);
            return;
        }

        foreach (string name in new[] { "vocab.json", "merges.txt", "tokenizer_config.json" })
            File.Copy(Path.Combine(TokenizerFolder, name), Path.Combine(folder, name), overwrite: true);
    }
}
