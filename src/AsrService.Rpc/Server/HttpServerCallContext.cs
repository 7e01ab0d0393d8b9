using System.IO.Compression;
using AsrService.Rpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace AsrService.Rpc.Server;

/// <summary>What a handler knows of its call and can set.</summary>
internal sealed class HttpServerCallContext : ServerCallContext
{
    private readonly CallLifetime _lifetime;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private string? _responseEncoding;

    public HttpServerCallContext(HttpContext http, IMethod method, CallSettings settings, CallLifetime lifetime)
    {
        HttpContext = http;
        RpcMethod = method;
        Settings = settings;
        _lifetime = lifetime;
        _responseEncoding = settings.ResponseEncoding;
    }

    public HttpContext HttpContext { get; }

    public IMethod RpcMethod { get; }

    public CallSettings Settings { get; }

    /// <summary>Encoding of the request's messages; null where the caller names none.</summary>
    public string? RequestEncoding => HttpContext.Request.Headers[HeaderNames.Encoding];

    /// <summary>Whether the handler has set trailers; asking for them would make an empty list.</summary>
    public bool HasTrailers => _responseTrailers is { Count: > 0 };

    protected override string MethodCore => RpcMethod.FullName;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore => CallPeer.Name(HttpContext.Connection);

    protected override DateTime DeadlineCore => _lifetime.Deadline;

    protected override CancellationToken CancellationTokenCore => _lifetime.Token;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore =>
        _authContext ??= CallPeer.Authentication(HttpContext.Connection.ClientCertificate);

    /// <summary>Ends the call for the handler: it will see a cancelled token.</summary>
    public void Cancel() => _lifetime.Cancel();

    /// <summary>Whether the deadline has passed.</summary>
    public bool IsDeadlineExceeded => _lifetime.IsDeadlineExceeded;

    /// <summary>Whether the handler's work is for nobody any more.</summary>
    public bool IsCancelled => _lifetime.IsDeadlineExceeded || _lifetime.Token.IsCancellationRequested;

    /// <summary>Who may touch the response now.</summary>
    public ResponseGate Gate { get; } = new();

    /// <summary>The newest write on its way to the caller. Its writer alone sets it, while it has the response.</summary>
    public Task Flushing { get; set; } = Task.CompletedTask;

    /// <summary>Completed when the call was answered by another than its own end.</summary>
    public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes the response for one write; <see cref="LeaveResponse"/> gives it back.</summary>
    /// <exception cref="InvalidOperationException">The previous write is not finished.</exception>
    /// <exception cref="OperationCanceledException">The call was answered, or is about to be.</exception>
    public void EnterResponse()
    {
        ThrowIfEnded();
        switch (Gate.TryEnter())
        {
            case ResponseGate.Entry.Busy:
                throw new InvalidOperationException("The previous write is not finished; await it first.");
            case ResponseGate.Entry.Shut:
                throw new OperationCanceledException("The call is over.", CancellationToken);
        }
    }

    /// <summary>Gives the response back, or answers if the deadline or the end came meanwhile.</summary>
    public void LeaveResponse()
    {
        if (Gate.Leave()) _ = ServerCall.AnswerEarlyAsync(this); // awaited as Answered
    }

    /// <summary>Refuses what comes after the handler has returned, when the request may serve another call.</summary>
    public void ThrowIfEnded()
    {
        if (_lifetime.IsEnded) throw new InvalidOperationException($"The call of {Method} is over.");
    }

    /// <summary>How the next message is compressed; null for not at all.</summary>
    public CompressionLevel? Compression(WriteOptions? options)
    {
        bool isWanted = ((options ?? WriteOptions)?.Flags & WriteFlags.NoCompress) != WriteFlags.NoCompress;
        return isWanted && _responseEncoding == HeaderNames.Gzip ? Settings.CompressionLevel : null;
    }

    /// <summary>Sends the headers unless they are sent.</summary>
    public Task StartAsync()
    {
        var response = HttpContext.Response;
        if (response.HasStarted) return Task.CompletedTask;

        response.ContentType = HeaderNames.ContentType;
        if (_responseEncoding is not null && !Accepts(_responseEncoding)) _responseEncoding = null;
        if (_responseEncoding is not null) response.Headers[HeaderNames.Encoding] = _responseEncoding;
        return response.StartAsync(_lifetime.Token);
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        EnterResponse();
        try
        {
            var response = HttpContext.Response;
            if (response.HasStarted) throw new InvalidOperationException("The response headers are sent already.");

            foreach (var entry in responseHeaders)
            {
                if (entry.Key == HeaderNames.EncodingRequest) _responseEncoding = entry.Value;
                else if (HeaderNames.IsMetadata(entry.Key)) response.Headers.Append(entry.Key, entry.HeaderValue());
            }

            await StartAsync().ConfigureAwait(false);
            await response.BodyWriter.FlushAsync(CancellationToken).ConfigureAwait(false); // starting sends nothing
        }
        finally
        {
            LeaveResponse();
        }
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass Deadline and CancellationToken on by yourself.");

    private bool Accepts(string encoding) =>
        encoding == HeaderNames.Gzip
        && HttpContext.Request.Headers[HeaderNames.AcceptEncoding].ToString()
            .Split(',', StringSplitOptions.TrimEntries).Contains(encoding, StringComparer.OrdinalIgnoreCase);

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            foreach (string? value in values)
            {
                metadata.AddHeader(name, value ?? "");
            }
        }

        return metadata;
    }
}
