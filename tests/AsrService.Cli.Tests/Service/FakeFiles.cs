using AsrService.Contracts.V1;
using Grpc.Core;

namespace AsrService.Cli.Tests.Service;

/// <summary>Answers to uploaded files.</summary>
internal static class FakeFiles
{
    /// <summary>Reads all of it; two segments, with progress between them.</summary>
    public static async Task TranscribeAsync(
        IAsyncStreamReader<TranscribeFileRequest> requests, IServerStreamWriter<TranscribeFileResponse> responses, ServerCallContext context,
        Action<TranscribeFileConfig>? asked = null)
    {
        var config = await StartAsync(requests, responses);
        asked?.Invoke(config);
        long bytes = 0;
        while (await requests.MoveNext(CancellationToken.None)) bytes += requests.Current.Chunk.Length;
        if (config.HasTotalBytes && (ulong)bytes != config.TotalBytes)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"{bytes} bytes came, {config.TotalBytes} were announced."));

        await responses.WriteAsync(new TranscribeFileResponse { Segment = Piece("So we use", 0, 1, QualityFlag.Unspecified) });
        await responses.WriteAsync(new TranscribeFileResponse
        {
            Progress = new FileProgress { ProcessedAudio = FakeStream.Seconds(1), ReceivedAudio = FakeStream.Seconds(2), Fraction = 0.5f },
        });
        await responses.WriteAsync(new TranscribeFileResponse { Segment = Piece("Redis.", 1, 2, QualityFlag.TokenBudget) });
        await responses.WriteAsync(new TranscribeFileResponse
        {
            Completed = new FileCompleted { AudioDuration = FakeStream.Seconds(2), Segments = 2, Speech = FakeStream.Seconds(2) },
        });
    }

    /// <summary>Reads the config and answers it.</summary>
    public static async Task<TranscribeFileConfig> StartAsync(
        IAsyncStreamReader<TranscribeFileRequest> requests, IServerStreamWriter<TranscribeFileResponse> responses)
    {
        await requests.MoveNext(CancellationToken.None);
        var config = requests.Current.Config;
        await responses.WriteAsync(new TranscribeFileResponse { Started = new FileStarted { Model = FakeStream.Model } });
        return config;
    }

    private static Segment Piece(string text, double start, double end, QualityFlag flag)
    {
        var segment = new Segment
        {
            SegmentId = $"{start}", Text = text, Start = FakeStream.Seconds(start), End = FakeStream.Seconds(end),
            Language = new Language { Tag = "en", Name = "English" }, Confidence = 0.5f,
            Words = { text.Split(' ').Select(word => new Word { Text = word, Start = FakeStream.Seconds(start), End = FakeStream.Seconds(end), Timing = WordTiming.Aligned, IsStable = true }) },
        };
        if (flag != QualityFlag.Unspecified) segment.QualityFlags.Add(flag);
        return segment;
    }
}
