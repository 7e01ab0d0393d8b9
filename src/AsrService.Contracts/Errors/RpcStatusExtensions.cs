using Google.Protobuf;

namespace Grpc.Core;

/// <summary>google.rpc.Status in and out of exceptions, under the names of the stock Grpc.StatusProto.</summary>
public static class RpcStatusExtensions
{
    /// <summary>Trailer that carries a serialized google.rpc.Status.</summary>
    public const string StatusDetailsTrailerName = "grpc-status-details-bin";

    /// <summary>An exception that carries a status with its details to the caller.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new RpcException(
            new Status((StatusCode)status.Code, status.Message),
            new Metadata { { StatusDetailsTrailerName, status.ToByteArray() } });
    }

    /// <summary>The status with details that a failed call brought; null where it brought none, or none that can be
    /// read.</summary>
    public static Google.Rpc.Status? GetRpcStatus(this RpcException ex)
    {
        ArgumentNullException.ThrowIfNull(ex);
        if (ex.Trailers.Get(StatusDetailsTrailerName) is not { IsBinary: true } entry) return null;
        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(entry.ValueBytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The first detail of a kind; null where there is none.</summary>
    public static T? GetDetail<T>(this Google.Rpc.Status status)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(status);
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack(out T found)) return found;
        }

        return null;
    }
}
