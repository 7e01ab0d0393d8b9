namespace AsrService.Engine;

/// <summary>How an engine copes with its load, over the last 10 s.</summary>
public enum EngineDegradation
{
    /// <summary>Every refresh point is taken.</summary>
    None,

    /// <summary>Refresh points are skipped.</summary>
    Skipping,

    /// <summary>Sessions are refused for want of a place.</summary>
    Refusing,
}

/// <summary>An engine's load now and what it has done since it began; the same figures as its metrics.</summary>
/// <param name="SpeakingChannels">Live channels in which the detector hears speech now.</param>
/// <param name="Files">Recordings in recognition.</param>
/// <param name="RefreshInterval">Audio from one refresh to the next, the mean of the live channels, recent ones counting
/// most; null while none has had two.</param>
/// <param name="Degradation">How it copes.</param>
/// <param name="KvUsage">Share of the KV cache in use, 0 to 1.</param>
/// <param name="Transcribed">Audio covered by finals.</param>
/// <param name="Faults">Sessions and recordings that failed inside.</param>
/// <param name="StableViolations">Stable words that a partial contradicted: 0.</param>
public readonly record struct EngineStats(
    int SpeakingChannels, int Files, TimeSpan? RefreshInterval, EngineDegradation Degradation, double KvUsage,
    TimeSpan Transcribed, long Faults, long StableViolations);
