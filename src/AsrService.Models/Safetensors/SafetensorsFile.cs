using System.Buffers.Binary;
using AsrService.Kernels;
using AsrService.Models.Checkpoints;

namespace AsrService.Models.Safetensors;

/// <summary>A safetensors file, mapped into memory: weights are paged in when read and never copied whole.</summary>
/// <remarks>Layout: header length (8 bytes, little-endian), JSON header, data. Thread-safe for reading.</remarks>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>What the reference implementation allows too; real headers are under 100 kB.</summary>
    private const long MaxHeaderBytes = 100_000_000;

    private const int LengthBytes = sizeof(ulong);

    private readonly MappedFile _file;
    private readonly long _dataStart;
    private readonly Dictionary<string, StoredTensor> _tensors;

    private SafetensorsFile(MappedFile file)
    {
        _file = file;
        int headerBytes = HeaderBytes(file);
        _dataStart = LengthBytes + headerBytes;
        var tensors = SafetensorsHeader.Parse(
            file.Path, file.Slice(LengthBytes, headerBytes).Span, file.Length - _dataStart);
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The path as given.</summary>
    public string Path => _file.Path;

    /// <summary>Size of the file in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Every tensor of the file by its stored name, usable or not.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>Maps a file and checks its header; caller disposes it, after the last use of its weights.</summary>
    /// <exception cref="CheckpointException">
    /// There is no such file, or its header and its length do not fit the format.
    /// </exception>
    public static SafetensorsFile Open(string path)
    {
        var file = Map(path);
        try
        {
            return new SafetensorsFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The values of a tensor, still in the file: valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="CheckpointException">
    /// Its format is not F32, BF16 or F16, or it is larger than 2 GiB.
    /// </exception>
    public WeightSource Read(StoredTensor tensor)
    {
        string subject = $"tensor {tensor.Name}";
        if (tensor.UsableType is not { } type)
            throw CheckpointException.At(Path, subject, "BF16, F16 or F32", tensor.StoredType);

        return new WeightSource($"{tensor.Name} in {Path}", tensor.Shape, type, ReadBytes(tensor));
    }

    /// <summary>The bytes of a tensor of any format; valid until <see cref="Dispose"/>.</summary>
    /// <exception cref="CheckpointException">It is larger than 2 GiB.</exception>
    public ReadOnlyMemory<byte> ReadBytes(StoredTensor tensor)
    {
        long bytes = tensor.End - tensor.Begin;
        if (bytes > int.MaxValue)
            throw CheckpointException.At(Path, $"tensor {tensor.Name}", $"at most {int.MaxValue} bytes", $"{bytes}");
        return _file.Slice(_dataStart + tensor.Begin, (int)bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static MappedFile Map(string path)
    {
        try
        {
            return new MappedFile(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CheckpointException.At(path, "", "a file", "none", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.At(path, "", "a readable safetensors file", error.Message.TrimEnd('.'), error);
        }
    }

    private static int HeaderBytes(MappedFile file)
    {
        if (file.Length < LengthBytes)
            throw CheckpointException.At(file.Path, "header length", $"{LengthBytes} bytes", $"{file.Length}");

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, LengthBytes).Span);
        ulong most = (ulong)Math.Min(file.Length - LengthBytes, MaxHeaderBytes);
        string expected = $"at most {most} bytes in a file of {file.Length}";
        if (length > most) throw CheckpointException.At(file.Path, "header length", expected, $"{length}");
        return (int)length;
    }
}
