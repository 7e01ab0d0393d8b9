using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a marshaller writes one message: either a finished array, or a length, bytes into a writer, and complete.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Hands over a whole message; the array belongs to the context from here on.</summary>
    public virtual void Complete(byte[] payload) => throw Unsupported();

    /// <summary>Announces the exact length, so that the frame's header can be written before its bytes.</summary>
    /// <param name="payloadLength">Bytes, 0 or more; called before <see cref="GetBufferWriter"/>.</param>
    public virtual void SetPayloadLength(int payloadLength) => throw Unsupported();

    /// <summary>The writer for the message's bytes; valid until <see cref="Complete()"/>.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw Unsupported();

    /// <summary>Ends a message that went into the writer.</summary>
    public virtual void Complete() => throw Unsupported();

    private NotSupportedException Unsupported() => new($"{GetType()} does not offer this way to write a message.");
}
