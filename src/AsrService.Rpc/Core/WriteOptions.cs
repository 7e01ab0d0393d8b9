namespace Grpc.Core;

/// <summary>How a message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>Another message follows soon, so the transport need not send this one by itself.</summary>
    BufferHint = 0x1,

    /// <summary>Send this message uncompressed, whatever the call's encoding is.</summary>
    NoCompress = 0x2,
}

/// <summary>How the messages of a call, or the next ones of a stream, are written; unchangeable.</summary>
public class WriteOptions
{
    /// <summary>No flags.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>With flags.</summary>
    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; }
}
