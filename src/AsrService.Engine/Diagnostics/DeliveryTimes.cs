using AsrService.Engine.Sessions;

namespace AsrService.Engine.Diagnostics;

/// <summary>Latencies of a session's results, which last until they are written to its caller.</summary>
/// <remarks>Belongs to the session's reader.</remarks>
internal sealed class DeliveryTimes(EngineMetrics metrics, int channels)
{
    private readonly int[] _shown = Enumerable.Repeat(-1, channels).ToArray(); // newest segment of each channel with a result

    /// <summary>A result was written.</summary>
    public void Written(ResultEvent result)
    {
        var timing = result.Timing;
        bool isFirst = result.SegmentIndex > _shown[result.Channel];
        _shown[result.Channel] = Math.Max(_shown[result.Channel], result.SegmentIndex);
        if (result.IsFinal) metrics.FinalWritten(timing);
        else metrics.PartialWritten(timing, isFirst);
    }
}
