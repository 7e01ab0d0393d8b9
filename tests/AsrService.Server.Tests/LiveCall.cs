using AsrService.Contracts.V1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using TranscriberClient = AsrService.Contracts.V1.Transcriber.TranscriberClient;

namespace AsrService.Server.Tests;

/// <summary>What a live call came to.</summary>
/// <param name="Responses">All of them.</param>
/// <param name="Status">How it ended.</param>
internal sealed record LiveOutcome(IReadOnlyList<StreamingTranscribeResponse> Responses, Google.Rpc.Status Status)
{
    public StatusCode Code => (StatusCode)Status.Code;

    public string? Reason => Status.GetDetail<ErrorInfo>()?.Reason;

    public EndReason? Ended => Responses.Count > 0 ? Responses[^1].Ended?.Reason : null;

    public IReadOnlyList<Result> Finals => [.. Responses.Where(one => one.Result is { IsFinal: true }).Select(one => one.Result)];

    /// <summary>What must not depend on other streams.</summary>
    public IReadOnlyList<string> Words => [.. Finals.Select(final => $"{final.Start} {final.End} {final.StableText}")];

    /// <summary>The status has a token like the newest one sent.</summary>
    public void AssertHasToken()
    {
        string token = Status.GetDetail<ErrorInfo>()!.Metadata["resume_token"];
        int newest = Responses.Last(response => response.ResumeToken.Length > 0).ResumeToken.Length;
        Assert.Equal(newest, Convert.FromBase64String(token).Length);
    }
}

/// <summary>A live call of a client that reads all along.</summary>
internal sealed class LiveCall : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly AsyncDuplexStreamingCall<StreamingTranscribeRequest, StreamingTranscribeResponse> _call;
    private readonly List<StreamingTranscribeResponse> _responses = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<LiveOutcome> _reading;

    /// <param name="client">Of the server.</param>
    /// <param name="deadline">When it gives up.</param>
    /// <param name="readsAfter">What must come before it reads; null for nothing.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public LiveCall(
        TranscriberClient client, DateTime? deadline = null, Task? readsAfter = null, CancellationToken cancellationToken = default)
    {
        _call = client.StreamingTranscribe(deadline: deadline, cancellationToken: cancellationToken);
        _reading = ReadAsync(readsAfter ?? Task.CompletedTask);
    }

    public static StreamingConfig Config => new()
    {
        AudioFormat = new AudioFormat { Encoding = AudioEncoding.PcmS16Le, SampleRateHertz = 16_000 },
    };

    /// <summary>The first request of a call.</summary>
    public static StreamingTranscribeRequest Start => new() { Config = Config };

    public static StreamingTranscribeRequest Audio(ReadOnlySpan<byte> bytes, ulong? sequence = null)
    {
        var chunk = new AudioChunk { Data = ByteString.CopyFrom(bytes) };
        if (sequence is { } first) chunk.Sequence = first;
        return new() { Audio = chunk };
    }

    /// <summary>A whole call: the requests, then half-close, whether or not the server has ended it meanwhile.</summary>
    public static async Task<LiveOutcome> RunAsync(TranscriberClient client, params IEnumerable<StreamingTranscribeRequest> requests)
    {
        using var call = new LiveCall(client);
        try
        {
            foreach (var request in requests) await call.SendAsync(request);
            await call.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The status tells.
        }

        return await call.EndAsync();
    }

    /// <summary>A call with a config and audio in chunks.</summary>
    public static Task<LiveOutcome> RunAsync(TranscriberClient client, StreamingConfig config, byte[] audio, int chunk = 3200) =>
        RunAsync(client, [new() { Config = config }, .. audio.Chunk(chunk).Select(bytes => Audio(bytes))]);

    public Task SendAsync(StreamingTranscribeRequest request) => _call.RequestStream.WriteAsync(request);

    public Task CompleteAsync() => _call.RequestStream.CompleteAsync();

    /// <summary>Waits for <c>started</c>.</summary>
    public Task StartedAsync() => _started.Task.WaitAsync(Patience);

    /// <summary>Waits for the status.</summary>
    public Task<LiveOutcome> EndAsync() => _reading.WaitAsync(Patience);

    public void Dispose() => _call.Dispose();

    private async Task<LiveOutcome> ReadAsync(Task readsAfter)
    {
        await readsAfter;
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                _responses.Add(_call.ResponseStream.Current);
                if (_call.ResponseStream.Current.Started is not null) _started.TrySetResult();
            }

            return new LiveOutcome(_responses, new());
        }
        catch (RpcException failure)
        {
            _started.TrySetResult();
            return new LiveOutcome(
                _responses, failure.GetRpcStatus() ?? new() { Code = (int)failure.StatusCode, Message = failure.Status.Detail });
        }
    }
}
