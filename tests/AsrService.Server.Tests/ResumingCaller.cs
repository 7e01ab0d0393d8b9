using AsrService.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TranscriberClient = AsrService.Contracts.V1.Transcriber.TranscriberClient;

namespace AsrService.Server.Tests;

/// <summary>A client that goes on with its session wherever it is told to, in 16 bits.</summary>
internal sealed class ResumingCaller(byte[] audio, StreamingConfig config) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, Result> _finals = [];
    private AsyncDuplexStreamingCall<StreamingTranscribeRequest, StreamingTranscribeResponse>? _call;

    private int FrameBytes => 2 * (int)Math.Max(1, config.AudioFormat.Channels);

    public string SessionId { get; private set; } = "";

    /// <summary>The newest.</summary>
    public ByteString Token { get; private set; } = ByteString.Empty;

    /// <summary>That came with it.</summary>
    public TimeSpan FinalCursor { get; private set; }

    /// <summary>Bytes written by the call that runs.</summary>
    public int Sent { get; private set; }

    public int MostTokenBytes { get; private set; }

    public IReadOnlyList<string> Words =>
        [.. _finals.Values.OrderBy(final => final.Start.ToTimeSpan()).Select(final => $"{final.Start} {final.End} {final.StableText}")];

    public Resume Resume => new()
    {
        SessionId = SessionId,
        ResumeToken = Token,
        FirstSequence = (ulong)Math.Max(0, Math.Ceiling((FinalCursor - TimeSpan.FromSeconds(0.5)).TotalSeconds * config.AudioFormat.SampleRateHertz)),
        Config = config,
    };

    /// <summary>Begins, or goes on where a token is there.</summary>
    public async Task<Started> ConnectAsync(TranscriberClient client)
    {
        _call?.Dispose();
        _call = client.StreamingTranscribe();
        await _call.RequestStream.WriteAsync(Token.IsEmpty ? new() { Config = config } : new() { Resume = Resume });
        var started = (await ReadAsync(response => response.Started is not null)).Started;
        Sent = started.Resumed ? (int)started.ResendFrom.Sequence * FrameBytes : 0;
        return started;
    }

    /// <summary>Sends up to a place in the audio, in messages of a size.</summary>
    public async Task SendToAsync(int end, int chunk)
    {
        while (Sent < end)
        {
            int count = Math.Min(chunk / FrameBytes * FrameBytes, end - Sent);
            await _call!.RequestStream.WriteAsync(LiveCall.Audio(audio.AsSpan(Sent, count), (ulong)(Sent / FrameBytes)));
            Sent += count;
        }
    }

    /// <summary>Announces so many bytes of silence, which must be there in the audio.</summary>
    public async Task SendSilenceAsync(int bytes)
    {
        var silence = new Silence
        {
            Sequence = (ulong)(Sent / FrameBytes),
            Duration = Duration.FromTimeSpan(TimeSpan.FromSeconds((double)bytes / FrameBytes / config.AudioFormat.SampleRateHertz)),
        };
        await _call!.RequestStream.WriteAsync(new() { Silence = silence });
        Sent += bytes;
    }

    public Task SendAsync(StreamingTranscribeRequest request) => _call!.RequestStream.WriteAsync(request);

    /// <summary>Reads until something has come.</summary>
    public async Task<StreamingTranscribeResponse> ReadAsync(Predicate<StreamingTranscribeResponse> isIt)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _call!.ResponseStream.MoveNext(patience.Token))
        {
            var response = _call.ResponseStream.Current;
            Take(response);
            if (isIt(response)) return response;
        }

        throw new EndOfStreamException("The call ended with OK.");
    }

    /// <summary>Reads until all that was sent has been taken in and heard: nothing more comes without more audio.</summary>
    public Task SettleAsync() => ReadAsync(response => response.Flow is { } flow
        && response.Cursors.AckedSequence == (ulong)(Sent / FrameBytes) && flow.Lag.ToTimeSpan() < TimeSpan.FromSeconds(1));

    public Task HalfCloseAsync() => _call!.RequestStream.CompleteAsync();

    /// <summary>Half-closes and reads the rest.</summary>
    public async Task CompleteAsync()
    {
        await _call!.RequestStream.CompleteAsync();
        await ReadAsync(response => response.Ended is not null);
        Assert.False(await _call.ResponseStream.MoveNext(CancellationToken.None));
    }

    /// <summary>Reads to the status.</summary>
    public async Task<RpcException> FailAsync() =>
        await Assert.ThrowsAsync<RpcException>(() => ReadAsync(_ => false));

    public void Dispose() => _call?.Dispose();

    private void Take(StreamingTranscribeResponse response)
    {
        SessionId = response.SessionId;
        if (!response.ResumeToken.IsEmpty)
        {
            var cursor = response.Cursors.Final.ToTimeSpan();
            Assert.True(cursor >= FinalCursor, $"{cursor} after {FinalCursor}");
            (Token, FinalCursor) = (response.ResumeToken, cursor);
            MostTokenBytes = Math.Max(MostTokenBytes, Token.Length);
        }

        if (response.Result is not { IsFinal: true } final) return;
        if (!_finals.TryAdd(final.ResultId, final)) Assert.Equal(_finals[final.ResultId].StableText, final.StableText);
    }
}
