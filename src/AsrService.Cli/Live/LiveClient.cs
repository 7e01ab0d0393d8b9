using AsrService.Contracts.V1;
using Grpc.Core;

namespace AsrService.Cli.Live;

/// <summary>What a service said, and when it was heard.</summary>
/// <param name="Message">As it came.</param>
/// <param name="ReceivedAt">Timestamp of the client's clock.</param>
internal readonly record struct LiveEvent(StreamingTranscribeResponse Message, long ReceivedAt);

/// <summary>One live stream: sends paced audio, hands over events, and knows when each sample was written.</summary>
/// <remarks>
/// Streaming ──audio ends──▶ Closing (half-closed) ──status──▶ over; Streaming ──stop──▶ Closing (finalize, half-closed)
/// ──status, or <see cref="Grace"/> later──▶ over. The service may end it from anywhere.
/// </remarks>
internal sealed class LiveClient : IDisposable
{
    /// <summary>How long a stream that is stopped waits for its last final: less than an interrupted process has.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan LongestSegment = TimeSpan.FromSeconds(31);

    private readonly TimeProvider _time;
    private readonly StreamingConfig _config;
    private readonly CancellationTokenSource _givingUp;
    private readonly AsyncDuplexStreamingCall<StreamingTranscribeRequest, StreamingTranscribeResponse> _call;

    /// <summary>Opens the call; nothing is sent before <see cref="RunAsync"/>.</summary>
    /// <param name="service">Stub of a connected channel.</param>
    /// <param name="config">With the format of the audio.</param>
    /// <param name="time">Clock of pace and arrival times.</param>
    public LiveClient(Transcriber.TranscriberClient service, StreamingConfig config, TimeProvider time)
    {
        _time = time;
        _config = config;
        _givingUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _call = service.StreamingTranscribe(new CallOptions(cancellationToken: _givingUp.Token));
    }

    /// <summary>When each block of audio was handed to the transport.</summary>
    public ArrivalTimes Arrivals { get; } = new();

    /// <summary>Audio sent so far.</summary>
    public TimeSpan Sent { get; private set; }

    /// <summary>Streams to the end of the audio, or until stopped, and then until the service is done.</summary>
    /// <param name="blocks">The audio.</param>
    /// <param name="pace">As in <see cref="Pacer"/>.</param>
    /// <param name="handle">Called for every event, one after another.</param>
    /// <param name="stop">Finalizes what was sent and ends the audio there.</param>
    /// <exception cref="RpcException">The service refused or failed.</exception>
    /// <exception cref="Audio.AudioFormatException">The audio turned out broken; finals of what came before it were
    /// handled.</exception>
    public async Task RunAsync(
        IAsyncEnumerable<AudioBlock> blocks, double pace, Action<LiveEvent> handle, CancellationToken stop)
    {
        using var givesUp = stop.UnsafeRegister(_ => _givingUp.CancelAfter(Grace), null);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var sending = SendAsync(blocks, new Pacer(pace, (int)_config.AudioFormat.SampleRateHertz, _time), over.Token);
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                var message = _call.ResponseStream.Current;
                handle(new LiveEvent(message, _time.GetTimestamp()));
                if (message.Cursors?.Final is { } final) Arrivals.Forget(final.ToTimeSpan() - LongestSegment);
            }
        }
        catch (RpcException) when (_givingUp.IsCancellationRequested)
        {
            // Stopped, and the last final took too long.
        }
        finally
        {
            await over.CancelAsync();
            _call.Dispose(); // where handling failed, so that sending does not wait for the service
            await sending;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _call.Dispose();
        _givingUp.Dispose();
    }

    private async Task SendAsync(IAsyncEnumerable<AudioBlock> blocks, Pacer pacer, CancellationToken stop)
    {
        try
        {
            await SendAudioAsync(blocks, pacer, stop);
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException)
        {
            // The service has ended the call, and the responses tell how.
        }
    }

    private async Task SendAudioAsync(IAsyncEnumerable<AudioBlock> blocks, Pacer pacer, CancellationToken stop)
    {
        await WriteAsync(new StreamingTranscribeRequest { Config = _config });
        try
        {
            long frames = 0;
            await foreach (var block in blocks.WithCancellation(stop))
            {
                stop.ThrowIfCancellationRequested(); // blocks that are at hand do not look
                await pacer.WaitAsync(frames + block.Frames, stop);
                var audio = new AudioChunk { Sequence = (ulong)frames, Data = block.Data };
                frames += block.Frames;
                Sent = TimeSpan.FromSeconds((double)frames / _config.AudioFormat.SampleRateHertz);
                Arrivals.Add(Sent, _time.GetTimestamp()); // before it can be answered
                await WriteAsync(new StreamingTranscribeRequest { Audio = audio });
            }
        }
        catch (OperationCanceledException)
        {
            await WriteAsync(new StreamingTranscribeRequest { Control = new Control { Finalize = new Finalize() } });
        }
        finally
        {
            await _call.RequestStream.CompleteAsync();
        }
    }

    /// <summary>Without a token, since one that is given to a write ends the whole call.</summary>
    private Task WriteAsync(StreamingTranscribeRequest request) =>
        _call.RequestStream.WriteAsync(request, CancellationToken.None);
}
