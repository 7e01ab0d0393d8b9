using System.Diagnostics.Metrics;
using AsrService.Engine;
using AsrService.Engine.Transcripts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Loads the models before the service listens, and stops their engine after the last call.</summary>
/// <param name="source">Of the model that recognizes.</param>
/// <param name="options">How it is run.</param>
/// <param name="time">The engine's clock.</param>
/// <param name="metrics">Is told of the models.</param>
/// <param name="meters">The engine's meters belong to it.</param>
/// <param name="logger">Is told of oddities.</param>
/// <param name="alignerSource">Of the model that aligns; null for none in this process.</param>
public sealed class EngineHost(
    IModelSource source, IOptions<AsrOptions> options, TimeProvider time, HostingMetrics metrics, IMeterFactory meters,
    ILogger<EngineHost> logger, IAlignerSource? alignerSource = null)
    : IModelHost, IAlignerHost, IHostedService, IAsyncDisposable
{
    private ServedModel? _model;
    private ServedAligner? _aligner;
    private int _isDisposed;

    /// <summary>The model.</summary>
    /// <exception cref="InvalidOperationException">The service has not been started.</exception>
    public ServedModel Model => _model ?? throw new InvalidOperationException("The model is loaded when the service starts.");

    /// <inheritdoc/>
    public ServedAligner Aligner => _aligner
        ?? throw new InvalidOperationException("The aligner is loaded when the service starts, if it hosts one.");

    ModelIdentity IModelHost.Model => Model;

    IEngine IModelHost.Engine => Model.Engine;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var loading = new ModelLoading(options.Value.Engine, metrics, time, logger);
        var loaded = await loading.RunAsync(
            source.Load, one => (one.Recognizer.Runner, one.Revision, one.Warnings), cancellationToken).ConfigureAwait(false);
        var runner = loaded.Recognizer.Runner;
        var aligner = alignerSource is null
            ? null
            : await loading.RunAsync(
                () => alignerSource.Load(runner), one => (one.Aligner.Runner, one.Revision, one.Warnings), cancellationToken)
                .ConfigureAwait(false);

        var engine = new TranscriptionEngine(
            loaded.Recognizer, options.Value.ToEngineOptions(), time, meterScope: meters, aligner?.Aligner);
        _model = new ServedModel(
            runner.Name, loaded.Revision, loaded.Notice, LanguagesOf(runner.Config.SupportedLanguages), engine);
        if (aligner is not null)
            _aligner = new ServedAligner(aligner.Aligner.Runner.Name, aligner.Revision, aligner.Notice, engine.Aligner!);
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
}
