using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsrService.Rpc.Server;

/// <summary>Kestrel's limits for long streams of many callers; made of Kestrel's types only.</summary>
public static class GrpcKestrelLimits
{
    /// <summary>Bytes that a caller may send ahead of the handler on one stream: 4 s of 16 kHz 16-bit audio.</summary>
    public const int StreamWindow = 128 * 1024;

    private const int StreamsPerConnection = 1024;

    private const int TcpLevel = 6, UserTimeout = 18; // IPPROTO_TCP and TCP_USER_TIMEOUT of Linux

    /// <summary>
    /// Sets windows, stream limit, header limits and pings, the latter for TCP as well; lifts the data rates, meant for
    /// pages.
    /// </summary>
    /// <param name="kestrel">The server's options.</param>
    /// <param name="maxStreams">Streams that may be open and unread at once without holding up the others of their
    /// connection. 1 to 8,191; default 128.</param>
    /// <remarks>
    /// The credit of a connection comes back only as its streams are read, and Kestrel returns it in halves of the
    /// window: with a window of maxStreams × stream window one stream would stall beside the others' unread bytes
    /// before it has consumed half of it. So the window is twice that.
    /// </remarks>
    public static KestrelServerOptions UseGrpcLimits(this KestrelServerOptions kestrel, int maxStreams = 128)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxStreams, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxStreams, int.MaxValue / (2 * StreamWindow));

        var limits = kestrel.Limits;
        limits.Http2.InitialStreamWindowSize = StreamWindow;
        limits.Http2.InitialConnectionWindowSize = 2 * maxStreams * StreamWindow;
        limits.Http2.MaxStreamsPerConnection = StreamsPerConnection; // one more waits at the caller, without an error
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30); // otherwise dead peers hold their streams
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.MinRequestBodyDataRate = null; // would reset the whole connection of one silent caller
        limits.MinResponseDataRate = null;
        if (OperatingSystem.IsLinux()) EndUnacknowledged(kestrel);
        return kestrel;
    }

    // Where the network is full Kestrel waits for its ping to be written, and never comes to miss the answer. So TCP gives
    // up as soon as an answer would be missed.
    private static void EndUnacknowledged(KestrelServerOptions kestrel)
    {
        var sockets = kestrel.ApplicationServices.GetRequiredService<IOptions<SocketTransportOptions>>().Value;
        var bind = sockets.CreateBoundListenSocket;
        sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = bind(endpoint);
            double timeout = Math.Min(kestrel.Limits.Http2.KeepAlivePingTimeout.TotalMilliseconds, int.MaxValue);
            if (socket.ProtocolType == ProtocolType.Tcp) // what is accepted inherits it
                socket.SetRawSocketOption(TcpLevel, UserTimeout, BitConverter.GetBytes((int)timeout));
            return socket;
        };
    }
}

/// <summary>
/// As a service: how long the status of a call may wait for its caller to read what comes before it; then the stream is
/// reset with CANCEL. The stock packages do not ask for it.
/// </summary>
public sealed class GrpcStatusTimeout
{
    internal static readonly GrpcStatusTimeout Default = new(TimeSpan.FromSeconds(30));

    /// <summary>Makes one.</summary>
    /// <param name="limit">Above zero. 30 s where there is no such service.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public GrpcStatusTimeout(TimeSpan limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        Limit = limit;
    }

    /// <summary>The time.</summary>
    public TimeSpan Limit { get; }
}
