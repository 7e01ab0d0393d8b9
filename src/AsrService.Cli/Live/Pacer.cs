namespace AsrService.Cli.Live;

/// <summary>Lets audio go when it would have been spoken: the last sample of a block decides.</summary>
/// <param name="pace">1 for speaking pace, 2 for twice as fast; 0 never waits.</param>
/// <param name="sampleRate">Sample frames a second.</param>
/// <param name="time">The clock.</param>
internal sealed class Pacer(double pace, int sampleRate, TimeProvider time)
{
    private long? _start; // of the clock, when the first sample is spoken

    /// <summary>Waits until so many sample frames have been spoken; a source that is late itself never waits.</summary>
    public async Task WaitAsync(long frames, CancellationToken cancellationToken)
    {
        if (pace == 0) return;
        _start ??= time.GetTimestamp();
        var due = TimeSpan.FromSeconds(frames / (sampleRate * pace));
        var left = due - time.GetElapsedTime(_start.Value);
        if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellationToken);
    }
}
