using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and calls.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Credentials of the channel and of its calls; null for what the address says.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Bytes that a request may have; more is RESOURCE_EXHAUSTED.</summary>
    /// <value>Null for no limit. Default null.</value>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes that a response may have, also after decompression; more is RESOURCE_EXHAUSTED.</summary>
    /// <value>Null for no limit. Default 4 MiB.</value>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The handler that carries the calls, as one with client certificates or its own certificate checks; null for one
    /// that pings every 30 s and opens further connections when one is full of streams.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether disposing the channel disposes <see cref="HttpHandler"/>.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>
    /// Whether a call that its own side cancels, or whose deadline passes, throws
    /// <see cref="OperationCanceledException"/> rather than <see cref="RpcException"/>.
    /// </summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials may travel in clear text; for tests and closed networks only.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }
}
