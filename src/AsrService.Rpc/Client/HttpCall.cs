using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using AsrService.Rpc.Wire;
using Grpc.Core;

namespace AsrService.Rpc.Client;

/// <summary>The client's side of one call, from the request's headers to the status.</summary>
/// <remarks>
/// Starting ──headers arrive──▶ Open ──trailers arrive──▶ Ended; an error, the deadline, the caller's token, disposing
/// the call or the channel end it from anywhere. The first of them decides the outcome, and ending always disposes the
/// response: that, and not a cancelled token, is what sends RST_STREAM once the headers are there.
/// </remarks>
internal sealed class HttpCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(leaveOpen: true, useZeroByteReads: true);

    private readonly ChannelSettings _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly TRequest? _request;
    private readonly RequestContent _content = new();
    private readonly MessageWriter<TRequest> _writer;
    private readonly CallOutcome _outcome = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CallRequest _head;

    private HttpResponseMessage? _response;
    private MessageReader<TResponse>? _reader;
    private Task _opening = Task.CompletedTask;
    private ITimer? _deadline;
    private CancellationTokenRegistration _caller;
    private CancellationTokenRegistration _closing;

    public HttpCall(
        ChannelSettings channel,
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        TRequest? request)
    {
        _channel = channel;
        _method = method;
        _options = options;
        _request = request;
        _writer = new MessageWriter<TRequest>(method.RequestMarshaller, channel.MaxSendMessageSize);
        _head = new CallRequest(channel, method, host, options);
        _ = _headers.Task.ContinueWith( // a caller may never look at the headers of a failed call
            static task => task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public Task<Metadata> ResponseHeaders => _headers.Task;

    public Status GetStatus() => _outcome.Get().Status;

    public Metadata GetTrailers() => _outcome.Get().Trailers;

    public void Dispose() => End(new Status(StatusCode.Cancelled, "The call was disposed before its end."));

    public void CancelByCaller() => End(new Status(StatusCode.Cancelled, "The call was cancelled by the caller."));

    public void Start()
    {
        var timeout = _head.Timeout;
        if (timeout <= TimeSpan.Zero)
        {
            Expire();
            return;
        }

        _closing = _channel.Closing.UnsafeRegister(
            static state => ((HttpCall<TRequest, TResponse>)state!).Dispose(), this);
        _caller = _options.CancellationToken.UnsafeRegister(
            static state => ((HttpCall<TRequest, TResponse>)state!).CancelByCaller(), this);
        if (timeout is { } left && left <= CallRequest.LongestTimer)
        {
            _deadline = _channel.Time.CreateTimer(
                static state => ((HttpCall<TRequest, TResponse>)state!).Expire(), this, left, Timeout.InfiniteTimeSpan);
        }

        if (_outcome.IsKnown) ReleaseTriggers(); // ended while the triggers were being set
        _opening = OpenAsync();
        if (_request is not null) _ = SendOnlyRequestAsync(_request);
    }

    /// <summary>Writes a message and waits until the connection has taken it.</summary>
    public async Task WriteAsync(TRequest message, WriteOptions? options, bool endsWithStatus)
    {
        try
        {
            var stream = await _content.Opened.WaitAsync(_ending.Token).ConfigureAwait(false);
            using var buffer = new PooledBuffer();
            var flags = (options ?? _options.WriteOptions)?.Flags ?? default;
            bool isCompressed = _head.UsesGzip && !flags.HasFlag(WriteFlags.NoCompress);
            _writer.Write(message, buffer, isCompressed ? CompressionLevel.Fastest : null);
            await stream.WriteAsync(buffer.Written, _ending.Token).ConfigureAwait(false);
            await stream.FlushAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (RpcException tooLarge)
        {
            End(tooLarge.Status);
            throw;
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or ObjectDisposedException
            or HttpRequestException or InvalidOperationException)
        {
            if (endsWithStatus || _outcome.IsKnown || !_opening.IsCompleted)
            {
                throw await FailureAsync().ConfigureAwait(false);
            }

            throw new RpcException(new Status(
                StatusCode.Cancelled, "The server has ended the call; the responses tell how.", broken));
        }
    }

    public void CompleteRequests() => _content.Complete();

    /// <summary>The one response.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        var response = await ReadNextAsync().ConfigureAwait(false);
        if (response is null)
        {
            // OK without a response: the status that the server sent is not to be believed.
            throw MessageErrors.Missing();
        }

        if (await ReadNextAsync().ConfigureAwait(false) is null) return response;
        End(MessageErrors.Surplus().Status);
        throw MessageErrors.Surplus();
    }

    /// <summary>The next response; null at the end of a call that ended well.</summary>
    public async Task<TResponse?> ReadNextAsync()
    {
        await _opening.ConfigureAwait(false);
        if (_reader is null || _outcome.IsKnown) return await EndOrThrowAsync().ConfigureAwait(false);
        try
        {
            var message = await _reader.ReadAsync(_ending.Token).ConfigureAwait(false);
            if (message is not null) return message;
            EndByTrailers(_response!.TrailingHeaders.NonValidated);
        }
        catch (Exception exception)
        {
            End(CallFailures.ToStatus(exception));
        }

        return await EndOrThrowAsync().ConfigureAwait(false);
    }

    private async Task OpenAsync()
    {
        try
        {
            using var request = await _head.BuildAsync(_content, _ending.Token).ConfigureAwait(false);
            var response = await _channel.Invoker.SendAsync(request, _ending.Token).ConfigureAwait(false);
            Interlocked.Exchange(ref _response, response); // a full fence: either this or End disposes it
            if (_outcome.IsKnown) response.Dispose(); // ended at the same moment
            else await ReadHeadAsync(response).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            End(CallFailures.ToStatus(exception));
        }
    }

    private async Task ReadHeadAsync(HttpResponseMessage response)
    {
        string? contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types)
            ? types.ToString()
            : null;
        var headers = response.Headers.NonValidated;
        bool isAlone = headers.TryGetValues(HeaderNames.Status, out _);
        if (response.StatusCode != HttpStatusCode.OK && !isAlone)
        {
            End(new Status(CallFailures.ToStatusCode(response.StatusCode), $"HTTP status {(int)response.StatusCode}."));
            return;
        }

        if (response.StatusCode == HttpStatusCode.OK && !HeaderNames.IsGrpc(contentType))
        {
            End(new Status(StatusCode.Unknown, $"The response's content type '{contentType}' is not gRPC."));
            return;
        }

        if (isAlone)
        {
            _headers.TrySetResult(CallResponse.Metadata(headers));
            EndByTrailers(headers);
            return;
        }

        string? encoding = headers.TryGetValues(HeaderNames.Encoding, out var encodings) ? encodings.ToString() : null;
        var body = await response.Content.ReadAsStreamAsync(_ending.Token).ConfigureAwait(false);
        _reader = new MessageReader<TResponse>(
            PipeReader.Create(body, ReaderOptions),
            _method.ResponseMarshaller,
            encoding,
            _channel.MaxReceiveMessageSize);
        _headers.TrySetResult(CallResponse.Metadata(headers));
    }

    private async Task SendOnlyRequestAsync(TRequest request)
    {
        try
        {
            await WriteAsync(request, _options.WriteOptions, endsWithStatus: true).ConfigureAwait(false);
            CompleteRequests();
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // The call has ended, and whoever reads its response is told how.
        }
        catch (Exception exception)
        {
            End(CallFailures.ToStatus(exception));
        }
    }

    private async Task<TResponse?> EndOrThrowAsync()
    {
        var (status, _) = await _outcome.Known.ConfigureAwait(false);
        return status.StatusCode == StatusCode.OK ? null : throw await FailureAsync().ConfigureAwait(false);
    }

    private async Task<Exception> FailureAsync()
    {
        var (status, trailers) = await _outcome.Known.ConfigureAwait(false);
        var failure = new RpcException(status, trailers);
        bool isCancelled = status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded;
        return isCancelled && _channel.ThrowOperationCanceled
            ? new OperationCanceledException(status.Detail, failure, _options.CancellationToken)
            : failure;
    }

    private void EndByTrailers(System.Net.Http.Headers.HttpHeadersNonValidated trailers)
    {
        try
        {
            End(CallResponse.Status(trailers), CallResponse.Metadata(trailers));
        }
        catch (RpcException malformed)
        {
            End(malformed.Status);
        }
    }

    private void Expire() => End(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));

    private void End(Status status, Metadata? trailers = null)
    {
        if (!_outcome.TryDecide(status, trailers ?? [])) return;

        ReleaseTriggers();
        CancelWork();
        _content.Abandon();
        _response?.Dispose();
        _headers.TrySetException(new RpcException(status, trailers ?? []));
    }

    // Credentials and handlers may have registered callbacks; one that throws would end the process, as this may be run
    // by the deadline's timer, and leave the call half open.
    private void CancelWork()
    {
        try
        {
            _ending.Cancel();
        }
        catch (AggregateException)
        {
            // Theirs alone: how the call ended is decided.
        }
    }

    private void ReleaseTriggers()
    {
        _deadline?.Dispose();
        _caller.Unregister(); // not Dispose, which would wait for the callback that may be calling this
        _closing.Unregister();
    }
}
