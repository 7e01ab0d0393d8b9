using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AsrService.Hosting;

/// <summary>
/// Answers scrapes with what the SDK's reader collects. The exporter package of the SDK's authors is not to be had; this
/// one is behind its method names, so that it can be put in its place.
/// </summary>
/// <remarks>Thread-safe: scrapes come one after the other, on their own threads, and nobody who measures waits for them.</remarks>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly SemaphoreSlim _turn = new(1);
    private ExpositionFormat _format;
    private string? _written;

    /// <inheritdoc/>
    public Func<int, bool>? Collect { get; set; }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        var writer = new PrometheusWriter(_format);
        new PrometheusFamilies(writer).Write(batch);
        _written = writer.Finish();
        return ExportResult.Success;
    }

    /// <summary>All metrics as they are now; null when the SDK could not collect them.</summary>
    public async Task<string?> ScrapeAsync(ExpositionFormat format, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            (_format, _written) = (format, null);
            return Collect?.Invoke(Timeout.Infinite) == true ? _written ?? new PrometheusWriter(format).Finish() : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _turn.Dispose();
        base.Dispose(disposing);
    }
}
