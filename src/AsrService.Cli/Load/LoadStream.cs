using AsrService.Cli.Live;
using AsrService.Contracts.V1;
using Grpc.Core;

namespace AsrService.Cli.Load;

/// <summary>What became of a stream.</summary>
/// <param name="Figures">What it measured.</param>
/// <param name="Failure">The call's failure; null where there was none.</param>
internal sealed record StreamOutcome(LoadFigures Figures, RpcException? Failure);

/// <summary>One stream of the load: its piece of the tape, over one call.</summary>
/// <param name="tape">The audio.</param>
/// <param name="place">Where it begins.</param>
/// <param name="blocks">How much of it.</param>
internal sealed class LoadStream(LoadTape tape, int place, int blocks)
{
    /// <summary>Times of words that it asks for.</summary>
    public WordTimes WordTimes { get; init; } = WordTimes.None;

    /// <summary>Streams it.</summary>
    /// <param name="service">Stub of a connected channel.</param>
    /// <param name="pace">As in <see cref="Pacer"/>.</param>
    /// <param name="hasPartials">False asks for finals only.</param>
    /// <param name="phases">When lag is read.</param>
    /// <param name="ledger">Gets the finals; may be null.</param>
    /// <param name="stop">Ends the audio early.</param>
    public async Task<StreamOutcome> RunAsync(
        Transcriber.TranscriberClient service, double pace, bool hasPartials, LoadPhases phases, FinalsLedger? ledger,
        CancellationToken stop)
    {
        var config = new StreamingConfig
        {
            AudioFormat = LoadTape.Format,
            Recognition = new RecognitionOptions { WordTimes = WordTimes },
            Interim = new InterimOptions { Disabled = !hasPartials },
        };
        var time = TimeProvider.System;
        using var client = new LiveClient(service, config, time);
        var meter = new StreamMeter(time, client, phases, ledger);
        var behind = TimeSpan.Zero;
        RpcException? failure = null;
        try
        {
            await client.RunAsync(PlayAsync(), pace, meter.Observe, stop);
        }
        catch (RpcException failed)
        {
            failure = failed;
        }

        meter.Close(isComplete: failure is null && !stop.IsCancellationRequested);
        meter.Figures.Behind = behind;
        return new StreamOutcome(meter.Figures, failure);

        IAsyncEnumerable<AudioBlock> PlayAsync() => Play(seconds => behind = seconds, pace).ToAsyncEnumerable();
    }

    private IEnumerable<AudioBlock> Play(Action<TimeSpan> ended, double pace)
    {
        long started = TimeProvider.System.GetTimestamp();
        foreach (var block in tape.Play(place, blocks)) yield return block;
        if (pace > 0) // the last block has been written
            ended(TimeProvider.System.GetElapsedTime(started) - TimeSpan.FromSeconds(blocks / (LoadTape.BlocksPerSecond * pace)));
    }
}
