using System.Buffers;
using System.Text.Json;

namespace AsrService.Tokenizer;

/// <summary>A reused buffer for the unescaped UTF-8 of a JSON string or property name.</summary>
internal sealed class JsonText : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(512);
    private int _length;

    /// <summary>The string set last; valid until the next.</summary>
    public ReadOnlySpan<byte> Utf8 => _buffer.AsSpan(0, _length);

    /// <summary>Takes the string or property name at which the reader stands.</summary>
    public void Set(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        }

        _length = reader.CopyString(_buffer); // unescaping only shortens
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
