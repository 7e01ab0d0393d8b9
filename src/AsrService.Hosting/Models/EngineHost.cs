using System.Diagnostics.Metrics;
using AsrService.Engine;
using AsrService.Engine.Transcripts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Loads the model before the service listens, and stops its engine after the last call.</summary>
public sealed partial class EngineHost(
    IModelSource source, IOptions<AsrOptions> options, TimeProvider time, HostingMetrics metrics, IMeterFactory meters,
    ILogger<EngineHost> logger)
    : IHostedService, IAsyncDisposable
{
    private ServedModel? _model;
    private int _isDisposed;

    /// <summary>The model.</summary>
    /// <exception cref="InvalidOperationException">The service has not been started.</exception>
    public ServedModel Model => _model ?? throw new InvalidOperationException("The model is loaded when the service starts.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        var loaded = await Task.Run(source.Load, cancellationToken).ConfigureAwait(false);
        foreach (string warning in loaded.Warnings) Log.Oddity(logger, warning);

        var (settings, limits) = (options.Value.Engine, options.Value.Limits);
        var runner = loaded.Recognizer.Runner;
        metrics.ModelLoaded(runner.Name, loaded.Revision, settings.Weights, time.GetElapsedTime(began));
        var engine = new TranscriptionEngine(
            loaded.Recognizer,
            new EngineOptions
            {
                MaxChannels = settings.MaxChannels,
                MaxFiles = settings.MaxFiles,
                StepBudget = settings.StepBudget,
                MaxBufferedAudio = limits.MaxBufferedAudio,
            },
            time, meterScope: meters);
        _model = new ServedModel(
            runner.Name, loaded.Revision, loaded.Notice, LanguagesOf(runner.Config.SupportedLanguages), engine);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync().ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_model is null || Interlocked.Exchange(ref _isDisposed, 1) != 0) return; // the container disposes it, too
        await _model.Engine.DisposeAsync().ConfigureAwait(false);
    }

    private static IReadOnlyList<Language> LanguagesOf(IReadOnlyList<string> names) => names.Count == 0
        ? LanguageCatalog.All
        : [.. LanguageCatalog.All.Where(language => names.Contains(language.Name))];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Oddity}")]
        public static partial void Oddity(ILogger logger, string oddity);
    }
}
