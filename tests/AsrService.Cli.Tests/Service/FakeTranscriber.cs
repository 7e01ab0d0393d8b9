using System.Threading.Channels;
using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AsrService.Cli.Tests.Service;

/// <summary>A transcriber that answers as a test says and keeps what it was sent.</summary>
internal sealed class FakeTranscriber : Transcriber.TranscriberBase
{
    private readonly Channel<StreamingTranscribeRequest> _requests = Channel.CreateUnbounded<StreamingTranscribeRequest>();

    /// <summary>Handles a live stream; by default one segment over all audio.</summary>
    public Func<FakeStream, Task> Live { get; set; } = stream => stream.TranscribeAllAsync();

    /// <summary>Handles a file; by default one segment.</summary>
    public Func<IAsyncStreamReader<TranscribeFileRequest>, IServerStreamWriter<TranscribeFileResponse>, ServerCallContext, Task> File
        { get; set; } = (requests, responses, context) => FakeFiles.TranscribeAsync(requests, responses, context);

    /// <summary>Requests of live streams, in the order received.</summary>
    public ChannelReader<StreamingTranscribeRequest> Requests => _requests.Reader;

    public override Task StreamingTranscribe(
        IAsyncStreamReader<StreamingTranscribeRequest> requestStream,
        IServerStreamWriter<StreamingTranscribeResponse> responseStream, ServerCallContext context) =>
        Live(new FakeStream(requestStream, responseStream, context, _requests.Writer));

    public override Task<GetCapabilitiesResponse> GetCapabilities(GetCapabilitiesRequest request, ServerCallContext context) =>
        Task.FromResult(new GetCapabilitiesResponse { Models = { FakeStream.Model } });

    public override Task TranscribeFile(
        IAsyncStreamReader<TranscribeFileRequest> requestStream, IServerStreamWriter<TranscribeFileResponse> responseStream,
        ServerCallContext context) => File(requestStream, responseStream, context);
}

/// <summary>The server's side of one live stream.</summary>
internal sealed class FakeStream(
    IAsyncStreamReader<StreamingTranscribeRequest> requests, IServerStreamWriter<StreamingTranscribeResponse> responses,
    ServerCallContext context, ChannelWriter<StreamingTranscribeRequest> log)
{
    public static ModelInfo Model { get; } = new() { Name = "fake", Notice = "Not a real model." };

    public ServerCallContext Context => context;

    public AudioFormat Format { get; private set; } = new();

    /// <summary>Sample frames received.</summary>
    public long Frames { get; private set; }

    /// <summary>The next request; null after the half-close.</summary>
    public async Task<StreamingTranscribeRequest?> ReadAsync()
    {
        if (!await requests.MoveNext(CancellationToken.None)) return null;
        var request = requests.Current;
        if (request.Config is { } config) Format = config.AudioFormat;
        int frameBytes = (Format.Encoding == AudioEncoding.PcmS16Le ? 2 : 4) * Math.Max(1, (int)Format.Channels);
        if (request.Audio is { } audio) Frames += audio.Data.Length / frameBytes;
        await log.WriteAsync(request);
        return request;
    }

    /// <summary>Reads to the half-close.</summary>
    public async Task ReadAllAsync()
    {
        while (await ReadAsync() is not null)
        {
            // Kept by the log.
        }
    }

    /// <summary>Reads the config and answers it.</summary>
    public async Task StartAsync()
    {
        var config = (await ReadAsync())!.Config;
        await SendAsync(new StreamingTranscribeResponse { Started = new Started { EffectiveConfig = config, Model = Model } });
    }

    public Task SendAsync(StreamingTranscribeResponse response)
    {
        response.SessionId = "session-1";
        return responses.WriteAsync(response);
    }

    public Task ResultAsync(string stable, string tentative, double end, bool isFinal = false, uint channel = 0, uint revision = 1) =>
        SendAsync(new StreamingTranscribeResponse
        {
            Result = new Result
            {
                ResultId = $"{channel}-0", Revision = revision, StableText = stable, TentativeText = tentative, IsFinal = isFinal,
                Start = Seconds(0.1), End = Seconds(end), Channel = channel, Language = new Language { Tag = "en", Name = "English", Probability = 0.987654f },
                Confidence = 0.9f, Words = { new Word { Text = "So", Start = Seconds(0.1), End = Seconds(0.3), IsStable = isFinal } },
            },
        });

    public Task SpeechAsync(SpeechBoundary boundary, double offset, uint channel = 0) => SendAsync(
        new StreamingTranscribeResponse { Speech = new Speech { Boundary = boundary, Offset = Seconds(offset), Channel = channel } });

    public Task EndAsync() => SendAsync(new StreamingTranscribeResponse
    {
        Ended = new Ended
        {
            Reason = EndReason.AudioCompleted,
            Totals = new StreamTotals { Audio = Seconds((double)Frames / Format.SampleRateHertz), Speech = Seconds(1), Finals = 1, Partials = 2 },
        },
    });

    /// <summary>Two partials and a final over everything.</summary>
    public async Task TranscribeAllAsync()
    {
        await StartAsync();
        await SpeechAsync(SpeechBoundary.Begin, 0.3);
        await ResultAsync("", "So we", 0.8);
        await ResultAsync("So we ", "use", 1.3, revision: 2);
        await ReadAllAsync();
        await ResultAsync("So we use Redis.", "", 1.5, isFinal: true, revision: 3);
        await EndAsync();
    }

    /// <summary>Neither reads nor answers until the client goes away.</summary>
    public async Task WaitForGoodbyeAsync()
    {
        var gone = new TaskCompletionSource();
        await using var registration = Context.CancellationToken.Register(gone.SetResult);
        await gone.Task;
    }

    /// <summary>Reads what is left, then the last final.</summary>
    public async Task TranscribeRestAsync()
    {
        await ReadAllAsync();
        await ResultAsync("last words", "", 1.5, isFinal: true);
        await EndAsync();
    }

    public static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
}
