using System.IO.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>How services answer; set for all by <c>AddGrpc</c>, for one by <c>AddServiceOptions</c>.</summary>
public class GrpcServiceOptions
{
    /// <summary>Bytes that a response may have; more is RESOURCE_EXHAUSTED.</summary>
    /// <value>Null for no limit. Default null.</value>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes that a request may have, also after decompression; more is RESOURCE_EXHAUSTED.</summary>
    /// <value>Null for no limit. Default 4 MiB.</value>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether callers get the text of unexpected exceptions; for development only.</summary>
    /// <value>Default false.</value>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>Encoding of responses, if the caller accepts it.</summary>
    /// <value>Null or "gzip". Default null: uncompressed.</value>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>Effort for compressed responses.</summary>
    /// <value>Null for the fastest. Default null.</value>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>Run around every handler, the first one outermost.</summary>
    public InterceptorCollection Interceptors { get; } = [];
}

/// <summary>How one service answers: what <c>AddGrpc</c> set, unless it is set here again.</summary>
/// <typeparam name="TService">The service.</typeparam>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
    /// <summary>Takes over what was set for all services.</summary>
    internal void CopyFrom(GrpcServiceOptions common)
    {
        MaxSendMessageSize = common.MaxSendMessageSize;
        MaxReceiveMessageSize = common.MaxReceiveMessageSize;
        EnableDetailedErrors = common.EnableDetailedErrors;
        ResponseCompressionAlgorithm = common.ResponseCompressionAlgorithm;
        ResponseCompressionLevel = common.ResponseCompressionLevel;
        foreach (var interceptor in common.Interceptors)
        {
            Interceptors.Add(interceptor);
        }
    }
}
