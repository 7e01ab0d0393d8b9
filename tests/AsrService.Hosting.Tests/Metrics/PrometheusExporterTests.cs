using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AsrService.Hosting.Tests.Metrics;

[Trait("Category", "Unit")]
public sealed class PrometheusExporterTests : IDisposable
{
    private readonly Meter _meter = new($"test {Guid.NewGuid()}");
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    public PrometheusExporterTests() => _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name)
        .SetExemplarFilter(ExemplarFilterType.TraceBased).AddReader(new BaseExportingMetricReader(_exporter)).Build();

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Scrape_NothingMeasured_IsEmpty()
    {
        Assert.Equal("", await ScrapeAsync(ExpositionFormat.Text));
        Assert.Equal("# EOF\n", await ScrapeAsync(ExpositionFormat.OpenMetrics));
    }

    [Fact]
    public async Task Scrape_AllKinds_AreFamiliesInOrder()
    {
        _meter.CreateUpDownCounter<long>("c.queue", "{item}").Add(-2);
        _meter.CreateCounter<double>("b.heard", "s", "Heard.").Add(1.5, new KeyValuePair<string, object?>("by.whom", "x"));
        _meter.CreateObservableGauge("a.share", () => 0.25, "1", "A share.");

        Assert.Equal(
            """
            # HELP a_share_ratio A share.
            # TYPE a_share_ratio gauge
            a_share_ratio 0.25
            # HELP b_heard_seconds_total Heard.
            # TYPE b_heard_seconds_total counter
            b_heard_seconds_total{by_whom="x"} 1.5
            # TYPE c_queue gauge
            c_queue -2

            """,
            await ScrapeAsync(ExpositionFormat.Text));
    }

    [Fact]
    public async Task Scrape_Histogram_HasCumulativeBucketsSumAndCount()
    {
        var histogram = _meter.CreateHistogram<double>("h", "s", null, null, new() { HistogramBucketBoundaries = [0.5, 1] });
        foreach (double value in new[] { 0.25, 0.5, 0.75, 3 }) histogram.Record(value);

        Assert.Equal(
            """
            # TYPE h_seconds histogram
            h_seconds_bucket{le="0.5"} 2
            h_seconds_bucket{le="1"} 3
            h_seconds_bucket{le="+Inf"} 4
            h_seconds_sum 4.5
            h_seconds_count 4

            """,
            await ScrapeAsync(ExpositionFormat.Text));
    }

    [Fact]
    public async Task Scrape_MeasuredInATrace_HasItAsExemplar()
    {
        var histogram = _meter.CreateHistogram<double>("h", "s", null, null, new() { HistogramBucketBoundaries = [1] });
        using var span = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        span.Start();
        histogram.Record(0.5);
        histogram.Record(2);

        var lines = (await ScrapeAsync(ExpositionFormat.OpenMetrics)).Split('\n').Where(line => line.Contains("bucket", StringComparison.Ordinal)).ToList();

        string trace = $" # {{trace_id=\"{span.TraceId}\",span_id=\"{span.SpanId}\"}} ";
        Assert.StartsWith("h_seconds_bucket{le=\"1.0\"} 1" + trace + "0.5 ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("h_seconds_bucket{le=\"+Inf\"} 2" + trace + "2 ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_NameClaimedTwiceAsDifferentTypes_KeepsTheFirst()
    {
        _meter.CreateCounter<long>("x").Add(1);
        _meter.CreateGauge<long>("x").Record(5);

        Assert.Equal("# TYPE x_total counter\nx_total 1\n", await ScrapeAsync(ExpositionFormat.Text));
    }

    [Fact]
    public async Task Scrape_ManyAtOnce_AllAreWhole()
    {
        var counter = _meter.CreateCounter<long>("n");
        using var counted = new ManualResetEventSlim();
        var measuring = Task.Run(() =>
        {
            while (!counted.IsSet) counter.Add(1);
        }, TestContext.Current.CancellationToken);

        var formats = Enumerable.Range(0, 64).Select(i => (ExpositionFormat)(i % 2));
        string[] scrapes = await Task.WhenAll(formats.Select(format => Task.Run(() => ScrapeAsync(format), TestContext.Current.CancellationToken)));
        counted.Set();
        await measuring;

        Assert.All(scrapes, (text, i) => Assert.Equal(i % 2 == 1, text.EndsWith("# EOF\n", StringComparison.Ordinal)));
    }

    private async Task<string> ScrapeAsync(ExpositionFormat format) =>
        (await _exporter.ScrapeAsync(format, TestContext.Current.CancellationToken))!;
}
