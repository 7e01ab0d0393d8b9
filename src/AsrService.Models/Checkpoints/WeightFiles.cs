using AsrService.Models.Configuration;
using AsrService.Models.Safetensors;

namespace AsrService.Models.Checkpoints;

/// <summary>The open weight files of a folder: one, or the shards that its index lists.</summary>
internal sealed class WeightFiles : IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files = [];

    private WeightFiles()
    {
    }

    public IReadOnlyList<SafetensorsFile> Files => _files;

    /// <summary>For messages: the path of the only file, or the folder with the names of its shards.</summary>
    public string Names
    {
        get
        {
            if (_files.Count == 1) return _files[0].Path;
            var names = _files.Take(3).Select(file => Path.GetFileName(file.Path));
            string more = _files.Count > 3 ? $" and {_files.Count - 3} more" : "";
            return $"{Path.GetDirectoryName(_files[0].Path)} ({string.Join(", ", names)}{more})";
        }
    }

    public static WeightFiles Open(string folder)
    {
        var opened = new WeightFiles();
        try
        {
            string index = Path.Combine(folder, IndexName);
            if (File.Exists(index)) opened.OpenShards(folder, index);
            else opened.OpenSingle(folder);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void OpenSingle(string folder)
    {
        string path = Path.Combine(folder, SingleName);
        if (!File.Exists(path)) throw CheckpointException.At(folder, "", $"{SingleName} or {IndexName}", "neither");
        _files.Add(SafetensorsFile.Open(path));
    }

    private void OpenShards(string folder, string index)
    {
        var shardOf = JsonFile.Read(index, root => root.Section("weight_map").TextFields().ToList());
        if (shardOf.Count == 0) throw CheckpointException.At(index, "weight_map", "at least one tensor", "none");

        foreach (var shard in shardOf.GroupBy(entry => entry.Text, StringComparer.Ordinal))
        {
            string subject = $"weight_map.{shard.First().Name}";
            if (!IsPlainFileName(shard.Key))
                throw CheckpointException.At(index, subject, "the name of a file in this folder", shard.Key);

            string path = Path.Combine(folder, shard.Key);
            if (!File.Exists(path))
                throw CheckpointException.At(index, subject, $"the file {shard.Key} in this folder", "none");

            var file = SafetensorsFile.Open(path);
            _files.Add(file);
            foreach (var (tensor, _) in shard)
            {
                if (!file.Tensors.ContainsKey(tensor))
                    throw CheckpointException.At(path, $"tensor {tensor}", $"it here, as {IndexName} says", "none");
            }
        }
    }

    // Separators of either system, drive letters and control characters: nothing that could lead out of the folder.
    private static bool IsPlainFileName(string name) =>
        name.Length is > 0 and <= 255
        && name is not ("." or "..")
        && !name.AsSpan().ContainsAny('/', '\\', ':')
        && !name.Any(char.IsControl);
}
