using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AsrService.TestKit;

/// <summary>
/// Writes safetensors files, whole or in shards with an index; also broken ones, from a header at will.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>One file with these tensors, in this order.</summary>
    public static void Write(string path, IReadOnlyList<RawTensor> tensors)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        long offset = 0;
        foreach (var tensor in tensors)
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.StoredType,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(dim => JsonValue.Create(dim))]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.Data.Length),
            };
            offset += tensor.Data.Length;
        }

        string json = header.ToJsonString();
        int padding = -Encoding.UTF8.GetByteCount(json) & 7; // the data starts at a multiple of 8
        using var file = File.Create(path);
        WriteHeader(file, Encoding.UTF8.GetBytes(json + new string(' ', padding)));
        foreach (var tensor in tensors) file.Write(tensor.Data.Span);
    }

    /// <summary>One file with these header bytes and that many zero bytes of data; nothing is checked.</summary>
    /// <param name="path">Where.</param>
    /// <param name="header">The JSON header, right or wrong.</param>
    /// <param name="dataBytes">Bytes that follow it.</param>
    /// <param name="statedLength">The header length the file states; by default the true one.</param>
    public static void WriteRaw(string path, ReadOnlySpan<byte> header, int dataBytes, ulong? statedLength = null)
    {
        using var file = File.Create(path);
        WriteHeader(file, header, statedLength);
        file.Write(new byte[dataBytes]);
    }

    /// <summary>The tensors spread over shards, with the index that a folder of shards has.</summary>
    public static void WriteShards(string folder, IReadOnlyList<RawTensor> tensors, int shards)
    {
        var map = new JsonObject();
        for (int shard = 0; shard < shards; shard++)
        {
            string name = FormattableString.Invariant($"model-{shard + 1:D5}-of-{shards:D5}.safetensors");
            var part = tensors.Where((_, i) => i * shards / tensors.Count == shard).ToList();
            foreach (var tensor in part) map[tensor.Name] = name;
            Write(Path.Combine(folder, name), part);
        }

        var index = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = tensors.Sum(tensor => (long)tensor.Data.Length) },
            ["weight_map"] = map,
        };
        WriteJson(Path.Combine(folder, "model.safetensors.index.json"), index);
    }

    internal static void WriteJson(string path, JsonNode json) =>
        File.WriteAllText(path, json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));

    private static void WriteHeader(FileStream file, ReadOnlySpan<byte> header, ulong? statedLength = null)
    {
        file.Write(BitConverter.GetBytes(statedLength ?? (ulong)header.Length)); // little-endian, as every target is
        file.Write(header);
    }
}
