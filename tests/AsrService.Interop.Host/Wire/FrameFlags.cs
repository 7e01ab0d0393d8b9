using System.Buffers.Binary;

namespace AsrService.Interop.Host.Wire;

/// <summary>Follows a stream of gRPC messages and notes which of them are compressed.</summary>
/// <remarks>A message is a flag byte, a length of four bytes (big-endian) and as many bytes.</remarks>
internal sealed class FrameFlags
{
    private const int PrefixLength = 5;

    private readonly byte[] _prefix = new byte[PrefixLength];
    private int _prefixFilled;
    private long _bodyLeft;

    /// <summary>One entry for each message that has begun.</summary>
    public List<bool> Compressed { get; } = [];

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int taken = _bodyLeft > 0 ? SkipBody(bytes.Length) : FillPrefix(bytes);
            bytes = bytes[taken..];
        }
    }

    private int SkipBody(int available)
    {
        int taken = (int)Math.Min(_bodyLeft, available);
        _bodyLeft -= taken;
        return taken;
    }

    private int FillPrefix(ReadOnlySpan<byte> bytes)
    {
        int taken = Math.Min(PrefixLength - _prefixFilled, bytes.Length);
        bytes[..taken].CopyTo(_prefix.AsSpan(_prefixFilled));
        _prefixFilled += taken;
        if (_prefixFilled == PrefixLength) BeginBody();
        return taken;
    }

    private void BeginBody()
    {
        Compressed.Add(_prefix[0] == 1);
        _bodyLeft = BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1));
        _prefixFilled = 0;
    }
}
