using System.Runtime.CompilerServices;
using AsrService.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AsrService.Client;

/// <summary>Uploads a file and reads what is recognized meanwhile.</summary>
internal static class FileUpload
{
    private const int ChunkBytes = 64 * 1024;

    /// <exception cref="AsrServiceException">It was refused, or broke.</exception>
    public static async IAsyncEnumerable<FileEvent> RunAsync(
        Addresses addresses, Stream file, RecordingOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = addresses[addresses.Good];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = connection.Transcriber.TranscribeFile(await connection.CallAsync(over.Token).ConfigureAwait(false));
        var writing = WriteAsync(call.RequestStream, file, options, over.Token);
        _ = writing.ContinueWith( // without the file's rest the call would never end
            _ => call.Dispose(), CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion, TaskScheduler.Default);
        try
        {
            while (await MoveNextAsync(call.ResponseStream, connection, writing, cancellationToken).ConfigureAwait(false))
            {
                if (Answers.Of(call.ResponseStream.Current) is { } happened) yield return happened;
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            call.Dispose();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> MoveNextAsync(
        IAsyncStreamReader<TranscribeFileResponse> responses, Connection connection, Task writing, CancellationToken cancellationToken)
    {
        try
        {
            return await responses.MoveNext(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException failed)
        {
            if (writing.IsFaulted) await writing.ConfigureAwait(false); // the file could not be read: that is the cause
            throw new CallFailure(failed, connection.Address).ToException();
        }
    }

    private static async Task WriteAsync(
        IClientStreamWriter<TranscribeFileRequest> requests, Stream file, RecordingOptions options, CancellationToken cancellationToken)
    {
        var config = new TranscribeFileConfig
        {
            Recognition = Messages.Recognition(options),
            AudioFormat = Messages.Of(options.Format),
            File = Messages.File(options),
        };
        if (file.CanSeek) config.TotalBytes = (ulong)(file.Length - file.Position);
        bool isOpen = await TrySendAsync(requests, new() { Config = config }, cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[ChunkBytes];
        for (int read = ChunkBytes; isOpen && read == ChunkBytes;)
        {
            read = await file.ReadAtLeastAsync(
                buffer, ChunkBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read == 0) break;
            var chunk = new TranscribeFileRequest { Chunk = ByteString.CopyFrom(buffer, 0, read) };
            isOpen = await TrySendAsync(requests, chunk, cancellationToken).ConfigureAwait(false);
        }

        await requests.CompleteAsync().ConfigureAwait(false);
    }

    /// <returns>False where the call is over, and the responses tell how.</returns>
    private static async Task<bool> TrySendAsync(
        IClientStreamWriter<TranscribeFileRequest> requests, TranscribeFileRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await requests.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }
}
