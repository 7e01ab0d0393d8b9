using System.Buffers.Binary;
using System.Text;

namespace AsrService.Rpc.Tests;

/// <summary>HTTP/2 frames and gRPC messages byte by byte (RFC 9113 and 7541), as bad as a test wants.</summary>
internal static class Frames
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, Ping = 6, GoAway = 7;
    public const byte WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, Ack = 1, EndHeaders = 4;

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>A gRPC message; the length can be a lie.</summary>
    public static byte[] Message(ReadOnlySpan<byte> payload, byte flag = 0, uint? length = null)
    {
        byte[] message = new byte[5 + payload.Length];
        message[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), length ?? (uint)payload.Length);
        payload.CopyTo(message.AsSpan(5));
        return message;
    }

    /// <summary>A header block of literals without indexing and without Huffman codes.</summary>
    public static byte[] HeaderBlock(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            WriteText(block, name);
            WriteText(block, value);
        }

        return block.ToArray();
    }

    private static void WriteText(MemoryStream block, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < 127)
        {
            block.WriteByte((byte)bytes.Length);
        }
        else
        {
            block.WriteByte(127);
            int rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7)
            {
                block.WriteByte((byte)(rest & 127 | 128));
            }

            block.WriteByte((byte)rest);
        }

        block.Write(bytes);
    }
}
