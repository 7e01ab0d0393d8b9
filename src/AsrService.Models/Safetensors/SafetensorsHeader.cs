using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AsrService.Kernels;
using AsrService.Models.Checkpoints;
using AsrService.Models.Configuration;

namespace AsrService.Models.Safetensors;

/// <summary>Parses and checks the JSON header of a safetensors file.</summary>
/// <remarks>
/// The format: https://github.com/huggingface/safetensors, "Format". As there, the tensors must fill the data section
/// without overlap and without holes, and no key may occur twice.
/// </remarks>
internal ref struct SafetensorsHeader
{
    private const int MaxRank = 8;

    private readonly string _file;
    private Utf8JsonReader _reader;

    private SafetensorsHeader(string file, ReadOnlySpan<byte> json)
    {
        _file = file;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
    }

    /// <summary>The tensors of a header, in the order of their data.</summary>
    /// <param name="file">Named in messages.</param>
    /// <param name="json">The header without its length.</param>
    /// <param name="dataLength">Bytes that follow the header.</param>
    public static List<StoredTensor> Parse(string file, ReadOnlySpan<byte> json, long dataLength)
    {
        if (!Utf8.IsValid(json)) throw CheckpointException.At(file, "header", "UTF-8 text", "other bytes");
        try
        {
            var tensors = new SafetensorsHeader(file, json).ReadTensors();
            tensors.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
            CheckLayout(file, tensors, dataLength);
            return tensors;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is how an escaped half of a surrogate pair comes up when its string is read.
            string field = JsonFile.BrokenField(json);
            string subject = field.Length == 0 ? "header" : $"header: {field}";
            throw CheckpointException.At(file, subject, "valid JSON", error.Message.TrimEnd('.'), error);
        }
    }

    private List<StoredTensor> ReadTensors()
    {
        var tensors = new List<StoredTensor>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Expect(JsonTokenType.StartObject, "header", "an object");
        while (NextName() is { } name)
        {
            if (!seen.Add(name)) throw Wrong($"tensor {name}", "one entry", "two");
            Expect(JsonTokenType.StartObject, name, "an object");
            if (name == "__metadata__") _reader.Skip();
            else tensors.Add(ReadTensor(name));
        }

        if (_reader.Read()) throw Wrong("header", "one JSON object", "more after it");
        return tensors;
    }

    private StoredTensor ReadTensor(string name)
    {
        string subject = $"tensor {name}";
        string? type = null;
        long[]? shape = null, offsets = null;
        while (NextName() is { } field)
        {
            bool repeated = (field, type, shape, offsets) is ("dtype", not null, _, _) or ("shape", _, not null, _)
                or ("data_offsets", _, _, not null);
            if (repeated) throw Wrong($"{subject}: {field}", "one entry", "two");
            if (field == "dtype") type = ReadText($"{subject}: dtype");
            else if (field == "shape") shape = ReadIntegers($"{subject}: shape");
            else if (field == "data_offsets") offsets = ReadIntegers($"{subject}: data_offsets");
            else SkipValue();
        }

        if (type is null) throw Wrong($"{subject}: dtype", "a string", "nothing");
        if (shape is null) throw Wrong($"{subject}: shape", "an array", "nothing");
        if (offsets is null) throw Wrong($"{subject}: data_offsets", "two whole numbers", "nothing");
        if (offsets.Length != 2) throw Wrong($"{subject}: data_offsets", "two whole numbers", $"{offsets.Length}");
        if (offsets[0] > offsets[1])
            throw Wrong($"{subject}: data_offsets", "begin <= end", $"{offsets[0]} > {offsets[1]}");

        CheckSize(subject, type, shape, offsets[1] - offsets[0]);
        int[] dims = Array.ConvertAll(shape, static dim => (int)dim);
        return new StoredTensor(name, type, new Shape(dims), offsets[0], offsets[1]);
    }

    private readonly void CheckSize(string subject, string type, long[] shape, long bytes)
    {
        string written = $"[{string.Join(", ", shape)}]";
        if (shape.Length > MaxRank)
            throw Wrong($"{subject}: shape", $"at most {MaxRank} dimensions", $"{shape.Length}");
        if (Array.Exists(shape, dim => dim > int.MaxValue))
            throw Wrong($"{subject}: shape", $"dimensions up to {int.MaxValue}", written);
        if (StoredTensor.BitsOf(type) is not { } bits) return; // unknown format: listed, not usable

        Int128 count = 1;
        foreach (long dim in shape)
        {
            count *= dim;
            if (count > long.MaxValue) throw Wrong($"{subject}: shape", "fewer than 2^63 elements", written);
        }

        var expected = (count * bits + 7) / 8;
        if (expected != bytes) throw Wrong(subject, $"{expected} bytes for {type} {written}", $"{bytes}");
    }

    private static void CheckLayout(string file, List<StoredTensor> tensors, long dataLength)
    {
        if (tensors.Find(tensor => tensor.End > dataLength) is { } beyond) // first: such a tensor also leaves a hole
        {
            throw CheckpointException.At(
                file, $"tensor {beyond.Name}", $"data within {dataLength} bytes (is the file cut off?)",
                $"its end at {beyond.End}");
        }

        long end = 0;
        string before = "the header";
        foreach (var tensor in tensors)
        {
            CheckpointException Wrong(string expected, string found) =>
                CheckpointException.At(file, $"tensor {tensor.Name}", expected, found);

            if (tensor.Begin < end) throw Wrong($"data from {end} on, after {before}", $"an overlap, at {tensor.Begin}");
            if (tensor.Begin > end) throw Wrong($"data at {end}, right after {before}", $"a hole up to {tensor.Begin}");
            (end, before) = (tensor.End, $"tensor {tensor.Name}");
        }

        if (end != dataLength)
            throw CheckpointException.At(file, "data", $"{end} bytes, as the header describes", $"{dataLength}");
    }

    private string? NextName()
    {
        _reader.Read(); // inside an object there is always a next token, or JsonException
        return _reader.TokenType == JsonTokenType.EndObject ? null : _reader.GetString()!;
    }

    private void Expect(JsonTokenType type, string subject, string expected)
    {
        if (!_reader.Read() || _reader.TokenType != type) throw Wrong(subject, expected, $"{_reader.TokenType}");
    }

    private void SkipValue()
    {
        _reader.Read();
        _reader.Skip();
    }

    private string ReadText(string subject)
    {
        Expect(JsonTokenType.String, subject, "a string");
        return _reader.GetString()!;
    }

    private long[] ReadIntegers(string subject)
    {
        Expect(JsonTokenType.StartArray, subject, "an array of whole numbers, none negative");
        var values = new List<long>(4);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            long value = -1;
            bool valid = _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out value) && value >= 0;
            string found = valid ? "" : Encoding.UTF8.GetString(_reader.ValueSpan);
            if (!valid) throw Wrong(subject, "whole numbers from 0 to 2^63 - 1", found);
            values.Add(value);
        }

        return [.. values];
    }

    private readonly CheckpointException Wrong(string subject, string expected, string found) =>
        CheckpointException.At(_file, subject, expected, found);
}
