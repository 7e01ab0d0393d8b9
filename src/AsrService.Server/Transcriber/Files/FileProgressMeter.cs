using AsrService.Engine.Sessions;
using Google.Protobuf.WellKnownTypes;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>How far a file is, and when to say so: when it came further, and every 4 s. Reads no clock. Thread-safe.</summary>
/// <param name="whole">The file's length where its size says it; null otherwise.</param>
internal sealed class FileProgressMeter(TimeSpan? whole)
{
    /// <summary>How often to ask; the contract's 5 s leave a second for scheduling.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private FileTranscriptionProgress _now;
    private FileTranscriptionProgress _told;
    private TimeSpan _toldAt;

    /// <summary>Notes how far the engine is.</summary>
    public void Set(FileTranscriptionProgress progress)
    {
        lock (_lock) _now = progress;
    }

    /// <param name="now">Time since the call began.</param>
    /// <param name="receivedBytes">Bytes received.</param>
    /// <returns>What to send; null for nothing.</returns>
    public V1.FileProgress? Next(TimeSpan now, long receivedBytes)
    {
        lock (_lock)
        {
            if (_now == _told && now - _toldAt < Interval) return null;
            (_told, _toldAt) = (_now, now);
            return Describe(now, receivedBytes);
        }
    }

    private V1.FileProgress Describe(TimeSpan now, long receivedBytes)
    {
        var message = new V1.FileProgress
        {
            ReceivedBytes = (ulong)receivedBytes,
            ReceivedAudio = Duration.FromTimeSpan(_now.Read),
            ProcessedAudio = Duration.FromTimeSpan(_now.Processed),
        };
        if ((_now.Total ?? whole) is not { } total || total <= TimeSpan.Zero) return message;

        double fraction = Math.Min(1, _now.Processed / total);
        message.Fraction = (float)fraction;
        if (fraction > 0) message.Remaining = Duration.FromTimeSpan(now * ((1 - fraction) / fraction));
        return message;
    }
}
