using System.Net;
using System.Net.Http.Headers;
using AsrService.Rpc.Wire;

namespace AsrService.Rpc.Client;

/// <summary>
/// The request's body: stays open until half-close. Its stream is flushed when it opens, so that the headers go out
/// before the first message does.
/// </summary>
internal sealed class RequestContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RequestContent() => Headers.ContentType = new MediaTypeHeaderValue(HeaderNames.ContentType);

    /// <summary>Where messages go, once the connection takes them.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>Half-closes.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>Gives up a body that will not be sent, or not to its end.</summary>
    public void Abandon()
    {
        _opened.TrySetCanceled();
        _completed.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        _opened.TrySetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
