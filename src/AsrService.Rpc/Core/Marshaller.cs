namespace Grpc.Core;

/// <summary>Turns messages of one type into bytes and back; shared by all calls, so it keeps no state.</summary>
/// <typeparam name="T">The message.</typeparam>
public class Marshaller<T>
{
    /// <summary>Over the transport's own buffers, without an array in between: what generated code uses.</summary>
    /// <param name="serializer">Writes a message and completes the context.</param>
    /// <param name="deserializer">Reads a message; the context's memory is not valid afterwards.</param>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
    }

    /// <summary>Writes a message into a context and completes it.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>Reads a message from a context.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}

/// <summary>Makes marshallers with the message type inferred.</summary>
public static class Marshallers
{
    /// <summary>A marshaller over the transport's own buffers.</summary>
    public static Marshaller<T> Create<T>(
        Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer) =>
        new(serializer, deserializer);
}
