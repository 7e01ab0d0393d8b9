using System.Net;
using AsrService.Rpc.Wire;
using Grpc.Core;

namespace AsrService.Rpc.Client;

/// <summary>The head of a call's request: address, deadline, credentials and metadata.</summary>
internal sealed class CallRequest(ChannelSettings channel, IMethod method, string? host, CallOptions options)
{
    /// <summary>A timer takes no more; a call that may last longer has no deadline that matters.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private const string UserAgent = "grpc-dotnet-asr/0.1";

    /// <summary>Time left for the call; null without a deadline.</summary>
    public TimeSpan? Timeout { get; } = options.Deadline is { } deadline && deadline != DateTime.MaxValue
        ? ToUtc(deadline) - channel.Time.GetUtcNow().UtcDateTime
        : null;

    /// <summary>Whether the caller chose gzip for its messages.</summary>
    public bool UsesGzip { get; } = options.Headers?.GetValue(HeaderNames.EncodingRequest) == HeaderNames.Gzip;

    public async Task<HttpRequestMessage> BuildAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.Address, method.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        headers.Host = host;
        headers.TryAddWithoutValidation("TE", "trailers");
        headers.TryAddWithoutValidation("User-Agent", UserAgent);
        headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, HeaderNames.Accepted);
        if (UsesGzip) headers.TryAddWithoutValidation(HeaderNames.Encoding, HeaderNames.Gzip);
        if (Timeout is { } timeout) headers.TryAddWithoutValidation(HeaderNames.Timeout, GrpcTimeout.Format(timeout));
        Add(headers, options.Headers);
        Add(headers, await CredentialsAsync(cancellationToken).ConfigureAwait(false));
        return request;
    }

    private static DateTime ToUtc(DateTime deadline) => deadline.Kind == DateTimeKind.Utc
        ? deadline
        : throw new InvalidOperationException($"The deadline {deadline:O} is not in UTC.");

    private static void Add(System.Net.Http.Headers.HttpRequestHeaders headers, Metadata? metadata)
    {
        foreach (var entry in metadata ?? [])
        {
            if (HeaderNames.IsMetadata(entry.Key)) headers.TryAddWithoutValidation(entry.Key, entry.HeaderValue());
        }
    }

    private async ValueTask<Metadata?> CredentialsAsync(CancellationToken cancellationToken)
    {
        IEnumerable<AsyncAuthInterceptor> interceptors =
            [.. channel.CallCredentials?.Interceptors ?? [], .. options.Credentials?.Interceptors ?? []];
        if (!interceptors.Any()) return null;
        if (!channel.MayCarryCredentials)
        {
            throw new RpcException(new Status(
                StatusCode.Unauthenticated, "Call credentials are not sent in clear text; use https."));
        }

        var metadata = new Metadata();
        var service = new Uri(channel.Address, "/" + method.ServiceName).ToString();
        foreach (var interceptor in interceptors)
        {
            await interceptor(new AuthInterceptorContext(service, method.Name, cancellationToken), metadata)
                .ConfigureAwait(false);
        }

        return metadata;
    }
}
