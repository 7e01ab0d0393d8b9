using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AsrService.Rpc.Wire;

/// <summary>
/// Failures of the transport itself, with what a program needs to tell them apart: a google.rpc.Status that holds one
/// ErrorInfo. Written by hand (google/rpc/status.proto, error_details.proto), as its types lie above this project.
/// </summary>
internal static class ErrorDetails
{
    /// <summary>Who defines the reasons; the services have a domain of their own.</summary>
    public const string Domain = "asr.rpc";

    private const string Trailer = "grpc-status-details-bin";
    private const string InfoType = "type.googleapis.com/google.rpc.ErrorInfo";

    /// <summary>An exception that carries a status and its cause to the caller.</summary>
    /// <param name="code">The code.</param>
    /// <param name="detail">For people.</param>
    /// <param name="reason">For programs, in UPPER_SNAKE_CASE.</param>
    /// <param name="metadata">The values that the reason is about.</param>
    public static RpcException Failure(
        StatusCode code, string detail, string reason, params (string Key, string Value)[] metadata) =>
        Failure(new Grpc.Core.Status(code, detail), reason, metadata);

    /// <inheritdoc cref="Failure(StatusCode, string, string, ValueTuple{string, string}[])"/>
    public static RpcException Failure(
        Grpc.Core.Status status, string reason, params (string Key, string Value)[] metadata) =>
        new(status, new Metadata { { Trailer, RpcStatus(status, Info(reason, metadata)).ToByteArray() } });

    private static ByteString RpcStatus(Grpc.Core.Status status, ByteString info) => Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.Varint);
        output.WriteInt32((int)status.StatusCode);
        Write(output, 2, status.Detail);
        Write(output, 3, new Any { TypeUrl = InfoType, Value = info }.ToByteString());
    });

    private static ByteString Info(string reason, (string Key, string Value)[] metadata) => Message(output =>
    {
        Write(output, 1, reason);
        Write(output, 2, Domain);
        foreach (var (key, value) in metadata)
        {
            Write(output, 3, Message(entry =>
            {
                Write(entry, 1, key);
                Write(entry, 2, value);
            }));
        }
    });

    private static ByteString Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes, leaveOpen: true);
        write(output);
        output.Flush();
        return ByteString.CopyFrom(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Write(CodedOutputStream output, int field, string text) =>
        Write(output, field, ByteString.CopyFromUtf8(text));

    private static void Write(CodedOutputStream output, int field, ByteString bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(bytes);
    }
}
