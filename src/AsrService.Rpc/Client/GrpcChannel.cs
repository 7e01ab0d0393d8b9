using System.Net.Sockets;
using AsrService.Rpc.Client;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>
/// Connections to one server, opened when first needed and shared by all calls. Safe for use from any thread; make one
/// and keep it.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private const string UnixScheme = "unix:";

    private readonly bool _ownsHandler;
    private readonly HttpMessageHandler _handler;
    private readonly CancellationTokenSource _closing = new();

    private GrpcChannel(Uri address, HttpMessageHandler handler, bool ownsHandler, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Address = address;
        _handler = handler;
        _ownsHandler = ownsHandler;
        Settings = new ChannelSettings(
            address,
            new HttpMessageInvoker(handler, disposeHandler: false),
            options.MaxSendMessageSize,
            options.MaxReceiveMessageSize,
            options.Credentials?.Calls,
            address.Scheme == Uri.UriSchemeHttps || options.UnsafeUseInsecureChannelCallCredentials,
            options.ThrowOperationCanceledOnCancellation,
            TimeProvider.System,
            _closing.Token);
    }

    internal Uri Address { get; }

    internal ChannelSettings Settings { get; }

    /// <summary>A channel to an address.</summary>
    /// <param name="address"><c>http://host:port</c> for clear text, <c>https://host:port</c> for TLS,
    /// <c>unix:/path</c> for a Unix socket.</param>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address, with options.</summary>
    /// <inheritdoc cref="ForAddress(string)"/>
    /// <exception cref="ArgumentException">It is none of these, or contradicts the options.</exception>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        string? socketPath = SocketPath(address);
        var uri = new Uri(socketPath is null ? address : "http://localhost");
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new ArgumentException($"'{address}' is not http://, https:// or unix:.", nameof(address));
        }

        if (channelOptions.Credentials is { } credentials && credentials.IsSecure != (uri.Scheme == Uri.UriSchemeHttps))
        {
            throw new ArgumentException(
                $"The credentials are {(credentials.IsSecure ? "for TLS" : "for clear text")}, but '{address}' is not.",
                nameof(channelOptions));
        }

        if (channelOptions.HttpHandler is not { } handler)
        {
            return new GrpcChannel(uri, NewHandler(socketPath), ownsHandler: true, channelOptions);
        }

        return socketPath is null
            ? new GrpcChannel(uri, handler, channelOptions.DisposeHttpClient, channelOptions)
            : throw new ArgumentException("A Unix socket needs the channel's own handler.", nameof(channelOptions));
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => new HttpCallInvoker(Settings);

    /// <summary>Cancels the calls under way and closes the connections.</summary>
    public void Dispose()
    {
        if (_closing.IsCancellationRequested) return;
        _closing.Cancel();
        if (_ownsHandler) _handler.Dispose();
    }

    private static string? SocketPath(string address)
    {
        if (!address.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase)) return null;
        string path = address[UnixScheme.Length..];
        return path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path;
    }

    /// <summary>A handler as channels have by default.</summary>
    /// <param name="socketPath">Of the Unix socket; null for TCP.</param>
    internal static SocketsHttpHandler NewHandler(string? socketPath = null)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = System.Threading.Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            ConnectTimeout = TimeSpan.FromSeconds(20),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = socketPath is null,
        };
        if (socketPath is not null)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(socketPath, cancellationToken);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
