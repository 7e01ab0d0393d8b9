using AsrService.Engine;
using AsrService.Models;
using Microsoft.Extensions.Logging;

namespace AsrService.Hosting;

/// <summary>Loads models off the caller's thread, and tells metrics and log of them.</summary>
internal sealed partial class ModelLoading(EngineSettings settings, HostingMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>Loads one.</summary>
    /// <param name="load">Blocks.</param>
    /// <param name="facts">Its model, what identifies its weights, and oddities.</param>
    /// <param name="cancellationToken">Gives it up before it has begun.</param>
    public async Task<T> RunAsync<T>(
        Func<T> load, Func<T, (IModelRunner Runner, string Revision, IReadOnlyList<string> Warnings)> facts, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        var loaded = await Task.Run(load, cancellationToken).ConfigureAwait(false);
        var (runner, revision, warnings) = facts(loaded);
        foreach (string warning in warnings) Log.Oddity(logger, warning);
        metrics.ModelLoaded(runner.Name, revision, settings.Weights, time.GetElapsedTime(began));
        return loaded;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Oddity}")]
        public static partial void Oddity(ILogger logger, string oddity);
    }
}

/// <summary>Settings of the engine, for the engine.</summary>
internal static class EngineOptionsMapping
{
    public static EngineOptions ToEngineOptions(this AsrOptions options) => new()
    {
        MaxChannels = options.Engine.MaxChannels,
        MaxFiles = options.Engine.MaxFiles,
        MaxAlignments = options.Engine.MaxAlignments,
        StepBudget = options.Engine.StepBudget,
        MaxBufferedAudio = options.Limits.MaxBufferedAudio,
    };
}
