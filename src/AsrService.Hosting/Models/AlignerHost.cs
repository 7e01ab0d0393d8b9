using System.Diagnostics.Metrics;
using AsrService.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Loads an aligner that has the process for itself, before the service listens; stops it after the last call.</summary>
public sealed class AlignerHost(
    IAlignerSource source, IOptions<AsrOptions> options, TimeProvider time, HostingMetrics metrics, IMeterFactory meters,
    ILogger<AlignerHost> logger)
    : IModelHost, IAlignerHost, IHostedService, IAsyncDisposable
{
    private AlignmentEngine? _engine;
    private ServedAligner? _aligner;

    /// <inheritdoc/>
    public ServedAligner Aligner => _aligner ?? throw NotStarted();

    /// <inheritdoc/>
    public ModelIdentity Model => Aligner;

    /// <inheritdoc/>
    public IEngine Engine => _engine ?? throw NotStarted();

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var loading = new ModelLoading(options.Value.Engine, metrics, time, logger);
        var loaded = await loading.RunAsync(
            () => source.Load(beside: null), one => (one.Aligner.Runner, one.Revision, one.Warnings), cancellationToken)
            .ConfigureAwait(false);
        _engine = new AlignmentEngine(loaded.Aligner, options.Value.ToEngineOptions(), time, meterScope: meters);
        _aligner = new ServedAligner(loaded.Aligner.Runner.Name, loaded.Revision, loaded.Notice, _engine.Aligner);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync().ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync().ConfigureAwait(false); // more than once does no harm
    }

    private static InvalidOperationException NotStarted() => new("The aligner is loaded when the service starts.");
}
