using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;

namespace AsrService.Rpc.Wire;

/// <summary>
/// Messages out of a body. It holds one message at most: bytes that nobody asks for stay in the transport, whose
/// window then holds the sender back. One reader at a time.
/// </summary>
internal sealed class MessageReader<T>(PipeReader body, Marshaller<T> marshaller, string? encoding, int? limit)
    where T : class
{
    /// <summary>Bytes before each message: a flag and a big-endian length.</summary>
    public const int HeaderSize = 5;

    private readonly Payload _payload = new();
    private RpcException? _failure;

    /// <summary>The next message; null at the end.</summary>
    /// <exception cref="RpcException">The message is malformed or too large.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // each message would allocate its state machine
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var message = Take(ref buffer);
            if (message is not null)
            {
                body.AdvanceTo(buffer.Start);
                return message;
            }

            body.AdvanceTo(buffer.Start, buffer.End);
            if (!result.IsCompleted) continue;
            return buffer.IsEmpty ? null : throw MessageErrors.Truncated();
        }
    }

    /// <summary>The one message of a body that carries exactly one.</summary>
    /// <exception cref="RpcException">There is none, or more than one, or it is malformed or too large.</exception>
    public async ValueTask<T> ReadSingleAsync(CancellationToken cancellationToken)
    {
        var message = await ReadAsync(cancellationToken).ConfigureAwait(false) ?? throw MessageErrors.Missing();
        await EndAsync(cancellationToken).ConfigureAwait(false);
        return message;
    }

    /// <summary>Waits for the end of the body.</summary>
    /// <exception cref="RpcException">Something else comes first.</exception>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var rest = await body.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool isEmpty = rest.Buffer.IsEmpty;
            body.AdvanceTo(rest.Buffer.Start, rest.Buffer.End);
            if (!isEmpty) throw MessageErrors.Surplus();
            if (rest.IsCompleted) return;
        }
    }

    /// <summary>The message at the start of a buffer; behind a malformed one nothing can be told apart.</summary>
    private T? Take(ref ReadOnlySequence<byte> buffer)
    {
        if (_failure is null)
        {
            try
            {
                return TryTake(ref buffer, out var message) ? message : null;
            }
            catch (RpcException failure)
            {
                _failure = failure;
            }
        }

        body.AdvanceTo(buffer.End);
        throw _failure;
    }

    private bool TryTake(ref ReadOnlySequence<byte> buffer, [NotNullWhen(true)] out T? message)
    {
        message = null;
        if (buffer.Length < HeaderSize) return false;

        var (isCompressed, length) = Header(buffer);
        if (buffer.Length - HeaderSize < length) return false;

        var payload = buffer.Slice(HeaderSize, length);
        message = isCompressed ? Decompressed(payload) : Deserialized(payload);
        buffer = buffer.Slice(HeaderSize + length);
        return true;
    }

    private (bool IsCompressed, int Length) Header(ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        buffer.Slice(0, HeaderSize).CopyTo(header);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (header[0] > 1) throw MessageErrors.BadFlag(header[0]);
        if (header[0] == 1) CheckEncoding();
        int most = limit ?? Array.MaxLength;
        if (length > most) throw MessageErrors.TooLarge(length, most, "received");
        return (header[0] == 1, (int)length);
    }

    private void CheckEncoding()
    {
        if (encoding is null or HeaderNames.Identity) throw MessageErrors.CompressedWithoutEncoding();
        if (encoding != HeaderNames.Gzip) throw MessageErrors.UnknownEncoding(encoding);
    }

    private T Decompressed(ReadOnlySequence<byte> payload)
    {
        using var plain = new PooledBuffer();
        GzipCodec.Decompress(payload, plain, limit);
        return Deserialized(new ReadOnlySequence<byte>(plain.Written));
    }

    private T Deserialized(ReadOnlySequence<byte> payload)
    {
        _payload.Sequence = payload;
        try
        {
            return marshaller.ContextualDeserializer(_payload)
                ?? throw new InvalidOperationException($"The marshaller of {typeof(T)} returned null.");
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw MessageErrors.Undecodable(typeof(T), exception);
        }
        finally
        {
            _payload.Sequence = default;
        }
    }

    private sealed class Payload : DeserializationContext
    {
        public ReadOnlySequence<byte> Sequence { get; set; }

        public override int PayloadLength => (int)Sequence.Length;

        public override byte[] PayloadAsNewBuffer() => Sequence.ToArray();

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => Sequence;
    }
}
