using AsrService.Kernels;
using AsrService.Models.Configuration;
using AsrService.Models.Safetensors;

namespace AsrService.Models.Checkpoints;

/// <summary>
/// An open checkpoint folder, in the original or the <c>-hf</c> naming, complete and with the right shapes.
/// </summary>
/// <remarks>
/// Tensors are named as in the original checkpoints without <c>thinker.</c>, whatever the folder calls them. Their data
/// stays in the mapped files and is valid until <see cref="Dispose"/>. Thread-safe for reading.
/// </remarks>
public sealed class Checkpoint : IWeights, IDisposable
{
    private readonly WeightFiles _files;
    private readonly ModelNotice _notice;
    private readonly Dictionary<string, (SafetensorsFile File, StoredTensor Tensor)> _tensors;

    private Checkpoint(string folder, WeightFiles files)
    {
        Folder = folder;
        _files = files;
        _tensors = Collect(files);
        _notice = ModelNotice.Read(folder);
        Config = ModelConfigReader.Read(folder, DescribeHead());
        var expected = CheckpointTensors.Expected(Config);
        CheckAll(expected);
        Warnings = DescribeExtras(expected);
        ParameterCount = CheckpointTensors.ParameterCount(Config);
        FileBytes = files.Files.Sum(file => file.Length);
        TensorsByType = _tensors.Values.CountBy(stored => stored.Tensor.StoredType).ToDictionary();
    }

    /// <summary>What the folder's JSON files say.</summary>
    public ModelConfig Config { get; }

    /// <summary>The folder, as an absolute path.</summary>
    public string Folder { get; }

    /// <summary>The name the folder gives itself in <c>asr-service.json</c>, else its own, for example <c>Qwen3-ASR-0.6B</c>.</summary>
    public string Name => _notice.Name ?? Path.GetFileName(Folder);

    /// <summary>One line that users of the model must see; null for published checkpoints.</summary>
    public string? Notice => _notice.Notice;

    /// <summary>Things that are odd but do no harm, such as tensors the model does not have; a line each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Numbers the model consists of; a stored copy of tied embeddings is not counted.</summary>
    public long ParameterCount { get; }

    /// <summary>Size of all weight files in bytes.</summary>
    public long FileBytes { get; }

    /// <summary>How many tensors are stored in each format, by the format's name in the file.</summary>
    public IReadOnlyDictionary<string, int> TensorsByType { get; }

    /// <summary>Opens a folder as it was downloaded and checks all of it but the values of the weights.</summary>
    /// <exception cref="CheckpointException">
    /// A file, field or tensor is missing or wrong; the message says which.
    /// </exception>
    public static Checkpoint Open(string folder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        const string Wanted = "a folder with config.json and model.safetensors";
        if (File.Exists(path)) throw CheckpointException.At(path, "", Wanted, "a file");
        if (!Directory.Exists(path)) throw CheckpointException.At(path, "", Wanted, "nothing");
        if (!File.Exists(Path.Combine(path, "config.json")))
            throw CheckpointException.At(path, "", "config.json", "none");

        var files = WeightFiles.Open(path);
        try
        {
            return new Checkpoint(path, files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of that canonical name, which must have that shape.</summary>
    /// <exception cref="CheckpointException">
    /// It is missing, has another shape, or is stored in a format not read.
    /// </exception>
    public WeightSource Get(string name, Shape expected)
    {
        if (!_tensors.TryGetValue(name, out var stored))
            throw CheckpointException.At(_files.Names, $"tensor {name}", $"{expected}", "no such tensor");

        Check(stored.File, stored.Tensor, expected);
        return stored.File.Read(stored.Tensor);
    }

    /// <summary>The tensor of that canonical name, if it is stored.</summary>
    /// <exception cref="CheckpointException">It is there, but in a format that is not read.</exception>
    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WeightSource? source)
    {
        source = _tensors.TryGetValue(name, out var stored) ? stored.File.Read(stored.Tensor) : null;
        return source is not null;
    }

    /// <summary>The output head: <c>lm_head.weight</c> when stored, else the embedding.</summary>
    public WeightSource OutputHead() =>
        TryGet(CheckpointTensors.OutputHead, out var head) || TryGet(CheckpointTensors.Embedding, out head)
            ? head
            : throw new InvalidOperationException("A checkpoint without an embedding was opened.");

    /// <summary>
    /// Whether the output head is the embedding: none is stored, or a copy of it, as in the published checkpoints.
    /// Then one packed copy in memory serves both. Reads both from disk.
    /// </summary>
    public bool OutputHeadIsEmbedding()
    {
        if (Config.Aligner is not null) return false;
        if (!TryGet(CheckpointTensors.OutputHead, out var head)) return true;
        return TryGet(CheckpointTensors.Embedding, out var embedding)
            && head.Type == embedding.Type
            && head.Data.Span.SequenceEqual(embedding.Data.Span);
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private static Dictionary<string, (SafetensorsFile, StoredTensor)> Collect(WeightFiles files)
    {
        var tensors = new Dictionary<string, (SafetensorsFile File, StoredTensor Tensor)>(StringComparer.Ordinal);
        foreach (var file in files.Files)
        {
            foreach (var tensor in file.Tensors.Values)
            {
                string name = TensorNames.ToCanonical(tensor.Name);
                if (tensors.TryAdd(name, (file, tensor))) continue;
                var first = tensors[name];
                string found = $"also {first.Tensor.Name} in {Path.GetFileName(first.File.Path)}";
                throw CheckpointException.At(file.Path, $"tensor {tensor.Name}", $"{name} once", found);
            }
        }

        return tensors;
    }

    private static void Check(SafetensorsFile file, StoredTensor tensor, Shape expected)
    {
        string subject = $"tensor {tensor.Name}";
        if (!tensor.Shape.Equals(expected))
            throw CheckpointException.At(file.Path, subject, $"shape {expected}", $"{tensor.Shape}");
        if (tensor.UsableType is null)
            throw CheckpointException.At(file.Path, subject, "BF16, F16 or F32", tensor.StoredType);
    }

    private OutputHeadFacts DescribeHead()
    {
        if (!_tensors.TryGetValue(CheckpointTensors.OutputHead, out var head)) return OutputHeadFacts.Unknown;
        int? rows = head.Tensor.Shape.Rank > 0 ? head.Tensor.Shape[0] : null;
        return new OutputHeadFacts(head.Tensor.Name == TensorNames.Score, rows);
    }

    private void CheckAll(IReadOnlyList<ExpectedTensor> expected)
    {
        var missing = new List<string>();
        foreach (var tensor in expected)
        {
            if (_tensors.TryGetValue(tensor.Name, out var stored)) Check(stored.File, stored.Tensor, tensor.Shape);
            else if (tensor.IsRequired) missing.Add($"{tensor.Name} {tensor.Shape}");
        }

        if (missing.Count == 0) return;
        int required = expected.Count(tensor => tensor.IsRequired);
        throw CheckpointException.At(
            _files.Names, "", $"{required} tensors", $"{missing.Count} of them missing: {FirstFew(missing)}");
    }

    private string[] DescribeExtras(IReadOnlyList<ExpectedTensor> expected)
    {
        var known = expected.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var extras = _tensors
            .Where(entry => !known.Contains(entry.Key))
            .Select(entry => entry.Value.Tensor.Name)
            .ToList();
        if (extras.Count == 0) return [];
        string listed = CheckpointException.Quote(FirstFew(extras));
        return [$"{_files.Names}: {extras.Count} tensors are not part of the model and are ignored: {listed}."];
    }

    private static string FirstFew(List<string> names)
    {
        string listed = string.Join(", ", names.Take(3));
        return names.Count <= 3 ? listed : $"{listed} and {names.Count - 3} more";
    }
}
