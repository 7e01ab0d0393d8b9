using System.Net;

namespace AsrService.Interop.Host.Wire;

/// <summary>Notes what passes between the channel and its connection: the runtime under test must not tell it.</summary>
internal sealed class FrameRecorder(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Messages sent, by call, in order.</summary>
    public List<FrameFlags> Requests { get; } = [];

    /// <summary>Messages received, by call, in order.</summary>
    public List<FrameFlags> Responses { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(new FrameFlags());
        if (request.Content is { } content) request.Content = new RecordedContent(content, Requests[^1]);

        var response = await base.SendAsync(request, cancellationToken);
        Responses.Add(new FrameFlags());
        response.Content = new RecordedContent(response.Content, Responses[^1]);
        return response;
    }

    private sealed class RecordedContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly FrameFlags _flags;

        public RecordedContent(HttpContent inner, FrameFlags flags)
        {
            (_inner, _flags) = (inner, flags);
            foreach (var header in inner.Headers) Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            _inner.CopyToAsync(new RecordedStream(stream, _flags), context);

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _inner.CopyToAsync(new RecordedStream(stream, _flags), context, cancellationToken);

        protected override async Task<Stream> CreateContentReadStreamAsync() =>
            new RecordedStream(await _inner.ReadAsStreamAsync(), _flags);

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class RecordedStream(Stream inner, FrameFlags flags) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken);
            flags.Append(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = inner.Read(buffer, offset, count);
            flags.Append(buffer.AsSpan(offset, read));
            return read;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            flags.Append(buffer.Span);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count)
        {
            flags.Append(buffer.AsSpan(offset, count));
            inner.Write(buffer, offset, count);
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
