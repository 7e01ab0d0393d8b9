using AsrService.Audio;
using AsrService.Contracts.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AsrService.Cli.Service;

/// <summary>What a service made of a file.</summary>
internal sealed class FileAnswer
{
    public ModelInfo Model { get; set; } = new();

    public List<Segment> Segments { get; } = [];

    public List<string> Warnings { get; } = [];

    public TimeSpan Duration { get; set; }
}

/// <summary>One file to a service and its transcript back, at the same time.</summary>
internal static class FileUpload
{
    private const int ChunkBytes = 64 * 1024; // the most that a service takes

    /// <param name="service">Stub of a connected channel.</param>
    /// <param name="file">Read to its end.</param>
    /// <param name="config">How to recognize it; the size is filled in where it is known.</param>
    /// <param name="progressed">Called as the service tells it.</param>
    /// <param name="cancellation">Ends the call, with an <see cref="RpcException"/> of status CANCELLED.</param>
    /// <exception cref="RpcException">The service refused or failed.</exception>
    /// <exception cref="AudioFormatException">The file cannot be read.</exception>
    public static async Task<FileAnswer> RunAsync(
        Transcriber.TranscriberClient service, Stream file, TranscribeFileConfig config, Action<FileProgress>? progressed,
        CancellationToken cancellation)
    {
        if (file.CanSeek) config.TotalBytes = (ulong)(file.Length - file.Position);
        using var call = service.TranscribeFile(new CallOptions(cancellationToken: cancellation));
        var answer = new FileAnswer();
        var sending = SendAsync(call, file, config);
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None)) Take(call.ResponseStream.Current, answer, progressed);
        }
        finally
        {
            call.Dispose();
            await sending;
        }

        return answer;
    }

    private static void Take(TranscribeFileResponse response, FileAnswer answer, Action<FileProgress>? progressed)
    {
        switch (response.EventCase)
        {
            case TranscribeFileResponse.EventOneofCase.Started:
                answer.Model = response.Started.Model ?? answer.Model;
                break;
            case TranscribeFileResponse.EventOneofCase.Segment:
                answer.Segments.Add(response.Segment);
                break;
            case TranscribeFileResponse.EventOneofCase.Progress:
                progressed?.Invoke(response.Progress);
                break;
            case TranscribeFileResponse.EventOneofCase.Warning:
                answer.Warnings.Add(response.Warning.Message);
                break;
            case TranscribeFileResponse.EventOneofCase.Completed:
                answer.Duration = response.Completed.AudioDuration?.ToTimeSpan() ?? default;
                break;
        }
    }

    private static async Task SendAsync(
        AsyncDuplexStreamingCall<TranscribeFileRequest, TranscribeFileResponse> call, Stream file, TranscribeFileConfig config)
    {
        var requests = call.RequestStream;
        var chunk = new byte[ChunkBytes];
        try
        {
            await requests.WriteAsync(new TranscribeFileRequest { Config = config });
            for (int count; (count = await ReadAsync(file, chunk)) > 0;)
                await requests.WriteAsync(new TranscribeFileRequest { Chunk = ByteString.CopyFrom(chunk, 0, count) });
            await requests.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The service has ended the call, and the responses tell how.
        }
        catch (AudioFormatException)
        {
            call.Dispose(); // half a file is no recording
            throw;
        }
    }

    private static async Task<int> ReadAsync(Stream file, byte[] chunk)
    {
        try
        {
            return await file.ReadAsync(chunk, CancellationToken.None);
        }
        catch (IOException fault)
        {
            throw new AudioFormatException($"{(file as FileStream)?.Name}: cannot be read: {fault.Message}", fault);
        }
    }
}
