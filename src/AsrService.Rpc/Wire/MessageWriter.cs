using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Core;

namespace AsrService.Rpc.Wire;

/// <summary>
/// Puts messages with their header into a buffer. A plain message of known length is serialized straight into it.
/// One writer at a time.
/// </summary>
internal sealed class MessageWriter<T>(Marshaller<T> marshaller, int? limit) : SerializationContext
    where T : class
{
    private const int HeaderSize = MessageReader<T>.HeaderSize;

    private IBufferWriter<byte>? _target;
    private PooledBuffer? _collected;
    private CompressionLevel? _compression;
    private int? _length;
    private bool _isDirect;
    private bool _isComplete;

    /// <summary>Writes one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="compression">Null for a message that is not compressed.</param>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: larger than the limit; nothing was written.</exception>
    public void Write(T message, IBufferWriter<byte> target, CompressionLevel? compression)
    {
        ArgumentNullException.ThrowIfNull(message);
        (_target, _compression, _length, _isDirect, _isComplete) = (target, compression, null, false, false);
        try
        {
            marshaller.ContextualSerializer(message, this);
            if (!_isComplete) throw new InvalidOperationException($"A marshaller left a {typeof(T)} incomplete.");
        }
        finally
        {
            _target = null;
            _collected?.Dispose();
            _collected = null;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        CheckSize(payloadLength);
        _length = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_length is not { } length || _compression is not null)
        {
            return _collected ??= new PooledBuffer(_length ?? 0);
        }

        WriteHeader(_target!, isCompressed: false, length);
        _isDirect = true;
        return _target!;
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CheckSize(payload.Length);
        CompleteWith(payload);
    }

    public override void Complete()
    {
        if (_isDirect)
        {
            _isComplete = true;
            return;
        }

        CheckSize(_collected?.Length ?? 0);
        CompleteWith(_collected is null ? [] : _collected.Written.Span);
    }

    private void CompleteWith(ReadOnlySpan<byte> payload)
    {
        _isComplete = true;
        if (_compression is not { } level || payload.IsEmpty) // GZipStream makes no header for nothing
        {
            WriteHeader(_target!, isCompressed: false, payload.Length);
            _target!.Write(payload);
            return;
        }

        using var compressed = new PooledBuffer(payload.Length / 2);
        GzipCodec.Compress(payload, compressed, level);
        WriteHeader(_target!, isCompressed: true, compressed.Length);
        _target!.Write(compressed.Written.Span);
    }

    private void CheckSize(int size)
    {
        if (size > limit) throw MessageErrors.TooLarge(size, limit.Value, "to be sent");
    }

    private static void WriteHeader(IBufferWriter<byte> target, bool isCompressed, int length)
    {
        var header = target.GetSpan(HeaderSize);
        header[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
        target.Advance(HeaderSize);
    }
}
