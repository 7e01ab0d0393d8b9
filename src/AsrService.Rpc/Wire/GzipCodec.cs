using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;

namespace AsrService.Rpc.Wire;

/// <summary>Gzip of single messages.</summary>
internal static class GzipCodec
{
    private const int ChunkSize = 16 * 1024;
    private const int TrailerSize = sizeof(uint);

    public static void Compress(ReadOnlySpan<byte> message, PooledBuffer target, CompressionLevel level)
    {
        using var gzip = new GZipStream(new BufferStream(target), level);
        gzip.Write(message);
    }

    /// <summary>Decompresses a message, stopping as soon as it proves larger than allowed.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: larger than the limit; INTERNAL: not gzip.</exception>
    public static void Decompress(ReadOnlySequence<byte> message, PooledBuffer target, int? limit)
    {
        if (message.IsEmpty) return; // what a sender on GZipStream makes of an empty message
        int before = target.Length;
        try
        {
            using var gzip = new GZipStream(PipeReader.Create(message).AsStream(), CompressionMode.Decompress);
            while (gzip.Read(Room(target, limit)) is var count and > 0)
            {
                target.Advance(count);
                if (target.Length > limit) throw MessageErrors.TooLarge(target.Length, limit.Value, "decompressing");
            }
        }
        catch (InvalidDataException)
        {
            throw MessageErrors.InvalidGzip();
        }

        // GZipStream takes a truncated stream for a short one; the trailer's size tells them apart (RFC 1952, ISIZE).
        if (message.Length < TrailerSize || Trailer(message) != (uint)(target.Length - before))
        {
            throw MessageErrors.InvalidGzip();
        }
    }

    // One byte beyond the limit proves a message too large; more would only cost time.
    private static Span<byte> Room(PooledBuffer target, int? limit)
    {
        var room = target.GetSpan(ChunkSize);
        return limit is { } most && most - target.Length < room.Length ? room[..(most - target.Length + 1)] : room;
    }

    private static uint Trailer(ReadOnlySequence<byte> message)
    {
        Span<byte> trailer = stackalloc byte[TrailerSize];
        message.Slice(message.Length - TrailerSize).CopyTo(trailer);
        return BinaryPrimitives.ReadUInt32LittleEndian(trailer);
    }

    private sealed class BufferStream(PooledBuffer target) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => target.Write(buffer);
    }
}
