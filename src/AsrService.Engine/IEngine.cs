namespace AsrService.Engine;

/// <summary>Owns models and the one loop that runs them.</summary>
public interface IEngine
{
    /// <summary>How it is.</summary>
    EngineHealth Health { get; }

    /// <summary>Completes when its models have been warmed up; fails if one cannot run.</summary>
    Task Ready { get; }
}
