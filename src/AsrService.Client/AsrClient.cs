using System.Buffers;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Client;

/// <summary>A client of one service, which may be several instances with the same resume key.</summary>
/// <remarks>
/// Safe for use from any thread; make one and keep it. Its connections are opened when first needed and shared by all
/// calls. Disposing it ends its streams.
/// </remarks>
public sealed class AsrClient : IAsyncDisposable, IDisposable
{
    private readonly AsrClientOptions _options;
    private readonly Addresses _addresses;
    private readonly UnaryRetry _retry;

    /// <summary>A client of one instance.</summary>
    /// <inheritdoc cref="AsrClient(IReadOnlyList{string}, AsrClientOptions)"/>
    /// <param name="address"><c>http://host:port</c> for clear text, <c>https://host:port</c> for TLS, <c>unix:/path</c>
    /// for a Unix socket.</param>
    /// <param name="options">Null for defaults.</param>
    public AsrClient(string address, AsrClientOptions? options = null)
        : this([address], options)
    {
    }

    /// <summary>A client of several instances: where one does not answer, the next one is called.</summary>
    /// <param name="addresses">At least one, each as for one instance.</param>
    /// <param name="options">Null for defaults.</param>
    /// <exception cref="ArgumentException">An address is none, an option is out of its range, or credentials would
    /// travel in clear text.</exception>
    public AsrClient(IReadOnlyList<string> addresses, AsrClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        _options = options ?? new AsrClientOptions();
        _options.Validate();
        _addresses = new Addresses(addresses, _options);
        _retry = new UnaryRetry(_addresses, _options);
    }

    /// <summary>Starts a live stream.</summary>
    /// <param name="options">Null for defaults.</param>
    /// <param name="cancellationToken">Ends the start; the stream itself ends when it is disposed.</param>
    /// <exception cref="AsrServiceException">No address answers, or the stream was refused.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Task<AsrStream> StreamAsync(StreamOptions? options = null, CancellationToken cancellationToken = default) =>
        AsrStream.StartAsync(_addresses, _options, options ?? new StreamOptions(), cancellationToken);

    /// <summary>Streams audio as fast as it comes and the service takes it, to its end.</summary>
    /// <param name="options">Null for defaults.</param>
    /// <param name="audio">Whole sample frames each.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="AsrServiceException">The stream was refused, or has failed for good.</exception>
    public async IAsyncEnumerable<StreamEvent> StreamAsync(
        StreamOptions? options, IAsyncEnumerable<ReadOnlyMemory<byte>> audio,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        await using var stream = await StreamAsync(options, cancellationToken).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAllAsync(stream, audio, over.Token);
        try
        {
            await foreach (var happened in stream.Events.WithCancellation(cancellationToken).ConfigureAwait(false)) yield return happened;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    /// <summary>Streams audio to its end, as that of a file behind its header.</summary>
    /// <param name="options">Null for defaults.</param>
    /// <param name="audio">Raw samples in the stream's format; a cut sample frame at its end is left out.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="AsrServiceException">The stream was refused, or has failed for good.</exception>
    public IAsyncEnumerable<StreamEvent> StreamAsync(
        StreamOptions? options, Stream audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        options ??= new StreamOptions();
        options.Validate();
        return StreamAsync(options, ReadAsync(audio, options.Format, cancellationToken), cancellationToken);
    }

    /// <summary>Transcribes a recording of at most 60 s at once.</summary>
    /// <param name="recording">A file as WAV, or raw samples.</param>
    /// <param name="options">Null for defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="AsrServiceException">No address answers, or the recording was refused.</exception>
    public async Task<Transcript> TranscribeAsync(
        ReadOnlyMemory<byte> recording, RecordingOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RecordingOptions();
        var request = new V1.TranscribeRequest
        {
            Recognition = Messages.Recognition(options),
            AudioFormat = Messages.Of(options.Format),
            Audio = UnsafeByteOperations.UnsafeWrap(recording),
            File = Messages.File(options),
        };
        return Answers.Of(await _retry.RunAsync(
            (connection, call) => connection.Transcriber.TranscribeAsync(request, call), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Transcribes a file of any length while it is uploaded. A broken upload starts again: there is no resume.</summary>
    /// <param name="file">Read from where it stands to its end.</param>
    /// <param name="options">Null for defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="AsrServiceException">The service does not answer, the file was refused, or the upload broke.</exception>
    public IAsyncEnumerable<FileEvent> TranscribeFileAsync(
        Stream file, RecordingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        return FileUpload.RunAsync(_addresses, file, options ?? new RecordingOptions(), cancellationToken);
    }

    /// <summary>Finds when each word of a known text is spoken.</summary>
    /// <param name="recording">A file as WAV, or raw samples; at most 300 s.</param>
    /// <param name="text">What is said.</param>
    /// <param name="language">Its language, as <c>en</c> or <c>English</c>.</param>
    /// <param name="options">Null for defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="AsrServiceException">No address answers, there is no aligner, or the recording was refused.</exception>
    public async Task<Alignment> AlignAsync(
        ReadOnlyMemory<byte> recording, string text, string language, AlignmentOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new AlignmentOptions();
        var request = new V1.AlignRequest
        {
            Model = options.Model,
            AudioFormat = Messages.Of(options.Format),
            Audio = UnsafeByteOperations.UnsafeWrap(recording),
            Text = text,
            Language = language,
            ClientRequestId = options.ClientRequestId,
        };
        return Answers.Of(await _retry.RunAsync(
            (connection, call) => connection.Aligner.AlignAsync(request, call), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Closes the connections, which ends all calls.</summary>
    public void Dispose() => _addresses.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task WriteAllAsync(
        AsrStream stream, IAsyncEnumerable<ReadOnlyMemory<byte>> audio, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var bytes in audio.WithCancellation(cancellationToken).ConfigureAwait(false))
                await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await stream.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AsrServiceException)
        {
            // Reading the events tells.
        }
        catch (Exception failure)
        {
            await stream.AbandonAsync(failure).ConfigureAwait(false); // without its source the stream would never end
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        Stream audio, AudioFormat format, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(format.FrameBytes * Math.Max(1, format.SampleRate / 10));
        try
        {
            int whole = buffer.Length / format.FrameBytes * format.FrameBytes;
            int read;
            do
            {
                read = await audio.ReadAtLeastAsync(
                    buffer.AsMemory(0, whole), whole, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                yield return buffer.AsMemory(0, read / format.FrameBytes * format.FrameBytes);
            }
            while (read == whole);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
