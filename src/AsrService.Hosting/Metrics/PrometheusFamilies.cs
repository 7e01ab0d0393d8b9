using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AsrService.Hosting;

/// <summary>Turns what the SDK collected into families of samples.</summary>
internal sealed class PrometheusFamilies(PrometheusWriter to)
{
    /// <summary>.NET declares them counters although they fall.</summary>
    private static readonly string[] Falling = ["dotnet.thread_pool.queue.length", "dotnet.thread_pool.threads"];

    private readonly List<KeyValuePair<string, object?>> _tags = [];
    private readonly Dictionary<double, ExemplarText> _exemplars = [];

    /// <summary>Writes them in the order of their names; of instruments that claim one name as different types, the first.</summary>
    public void Write(in Batch<Metric> metrics)
    {
        var families = new SortedDictionary<string, (PrometheusType Type, string? Unit, List<Metric> Metrics)>(StringComparer.Ordinal);
        foreach (var metric in metrics)
        {
            if (TypeOf(metric) is not { } type) continue;
            var (name, unit) = PrometheusNames.Family(metric.Name, metric.Unit, type);
            if (!families.TryGetValue(name, out var family)) families.Add(name, family = (type, unit, []));
            if (family.Type == type) family.Metrics.Add(metric);
        }

        foreach (var (name, (type, unit, members)) in families)
        {
            to.Family(name, type, unit, members[0].Description);
            foreach (var metric in members) WritePoints(type == PrometheusType.Counter ? name + "_total" : name, metric);
        }
    }

    /// <summary>Null for exponential histograms, which the formats do not have and nothing here makes.</summary>
    private static PrometheusType? TypeOf(Metric metric) => metric.MetricType switch
    {
        _ when Falling.Contains(metric.Name) => PrometheusType.Gauge,
        MetricType.LongSum or MetricType.DoubleSum => PrometheusType.Counter,
        MetricType.Histogram => PrometheusType.Histogram,
        MetricType.ExponentialHistogram => null,
        _ => PrometheusType.Gauge,
    };

    private void WritePoints(string name, Metric metric)
    {
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            string labels = LabelsOf(point);
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    to.Sample(name, labels, PrometheusWriter.Number(point.GetSumLong()));
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    to.Sample(name, labels, PrometheusWriter.Number(point.GetSumDouble()));
                    break;
                case MetricType.LongGauge:
                    to.Sample(name, labels, PrometheusWriter.Number(point.GetGaugeLastValueLong()));
                    break;
                case MetricType.DoubleGauge:
                    to.Sample(name, labels, PrometheusWriter.Number(point.GetGaugeLastValueDouble()));
                    break;
                default:
                    WriteHistogram(name, labels, point);
                    break;
            }
        }
    }

    private string LabelsOf(in MetricPoint point)
    {
        _tags.Clear();
        foreach (var tag in point.Tags) _tags.Add(tag);
        return PrometheusWriter.Labels(_tags);
    }

    private void WriteHistogram(string name, string labels, in MetricPoint point)
    {
        ReadExemplars(point);
        string before = labels.Length > 0 ? labels + "," : "";
        long count = 0;
        double lower = double.NegativeInfinity;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount; // the formats want them cumulative
            var exemplar = ExemplarIn(lower, lower = bucket.ExplicitBound);
            to.Sample(name + "_bucket", $"{before}le=\"{to.Bound(bucket.ExplicitBound)}\"", PrometheusWriter.Number(count), exemplar);
        }
        to.Sample(name + "_sum", labels, PrometheusWriter.Number(point.GetHistogramSum()));
        to.Sample(name + "_count", labels, PrometheusWriter.Number(count)); // of the buckets: both must agree
    }

    private void ReadExemplars(in MetricPoint point)
    {
        _exemplars.Clear();
        if (!point.TryGetExemplars(out var exemplars)) return;
        foreach (ref readonly var one in exemplars)
        {
            if (one.TraceId == default) continue;
            _exemplars[one.DoubleValue] = new ExemplarText(one.TraceId.ToHexString(), one.SpanId.ToHexString(), one.DoubleValue, one.Timestamp);
        }
    }

    private ExemplarText? ExemplarIn(double above, double upTo)
    {
        foreach (var (value, exemplar) in _exemplars)
        {
            if (value > above && value <= upTo) return exemplar;
        }
        return null;
    }
}
