using AsrService.Engine.Batching;
using AsrService.Engine.Diagnostics;

namespace AsrService.Engine.Sessions;

/// <summary>What a session needs of the engine.</summary>
/// <param name="Recognizer">Model and tokenizer.</param>
/// <param name="Metrics">Counters.</param>
/// <param name="Time">Clock of the ranks.</param>
/// <param name="MaxBufferedSamples">Unprocessed samples of a channel before its writer waits.</param>
/// <param name="MaxContextTokens">The longest context.</param>
/// <param name="Wake">Tells the loop that there is work.</param>
/// <param name="Closed">Tells the engine that a session's places are free, and how many.</param>
internal sealed record SessionHost(
    Recognizer Recognizer, EngineMetrics Metrics, TimeProvider Time, long MaxBufferedSamples, int MaxContextTokens,
    Action Wake, Action<TranscriptionSession, int> Closed)
{
    /// <summary>Where a recording's segments get KV blocks, each for its decoding; null for live sessions, which have theirs.</summary>
    public Admission? FileAdmission { get; init; }
}
