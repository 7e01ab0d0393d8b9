using System.Globalization;
using System.Text;

namespace AsrService.Hosting;

/// <summary>What a family is to Prometheus.</summary>
internal enum PrometheusType
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Buckets, sum and count.</summary>
    Histogram,
}

/// <summary>A measurement that stands for others of its bucket, and the trace it was taken in.</summary>
internal readonly record struct ExemplarText(string TraceId, string SpanId, double Value, DateTimeOffset At);

/// <summary>Writes lines of the exposition formats. Not thread-safe.</summary>
internal sealed class PrometheusWriter(ExpositionFormat format)
{
    private readonly StringBuilder _text = new();

    private bool IsOpenMetrics => format == ExpositionFormat.OpenMetrics;

    /// <summary>HELP, TYPE and, where there is one, UNIT.</summary>
    public void Family(string name, PrometheusType type, string? unit, string? description)
    {
        // Text names a counter as its samples are named, OpenMetrics without their suffix.
        string shown = type == PrometheusType.Counter && !IsOpenMetrics ? name + "_total" : name;
        string kind = type switch
        {
            PrometheusType.Counter => "counter",
            PrometheusType.Gauge => "gauge",
            _ => "histogram",
        };
        if (!string.IsNullOrEmpty(description))
            _text.Append("# HELP ").Append(shown).Append(' ').Append(EscapeHelp(description)).Append('\n');
        _text.Append("# TYPE ").Append(shown).Append(' ').Append(kind).Append('\n');
        if (IsOpenMetrics && unit is not null) _text.Append("# UNIT ").Append(shown).Append(' ').Append(unit).Append('\n');
    }

    /// <summary>A sample.</summary>
    /// <param name="name">With its suffix.</param>
    /// <param name="labels">As <see cref="Labels"/> made them.</param>
    /// <param name="value">Formatted by <see cref="Number(double)"/>.</param>
    /// <param name="exemplar">Shown in OpenMetrics alone; null for none.</param>
    public void Sample(string name, string labels, string value, ExemplarText? exemplar = null)
    {
        _text.Append(name);
        if (labels.Length > 0) _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(value);
        if (IsOpenMetrics && exemplar is { } shown)
        {
            _text.Append(CultureInfo.InvariantCulture, $" # {{trace_id=\"{shown.TraceId}\",span_id=\"{shown.SpanId}\"}} ");
            _text.Append(Number(shown.Value)).Append(' ');
            _text.Append((shown.At.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture));
        }
        _text.Append('\n');
    }

    /// <summary>The whole, ended as the format demands.</summary>
    public string Finish()
    {
        if (IsOpenMetrics) _text.Append("# EOF\n");
        return _text.ToString();
    }

    /// <summary>A bucket's upper bound; OpenMetrics wants it to look like a float.</summary>
    public string Bound(double bound)
    {
        string text = Number(bound);
        return IsOpenMetrics && text.All(c => char.IsAsciiDigit(c) || c == '-') ? text + ".0" : text;
    }

    /// <summary>The shortest text that reads back as the same number.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <inheritdoc cref="Number(double)"/>
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Labels between their braces; values of tags whose names come out the same are joined.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            string name = PrometheusNames.Label(key), text = TextOf(value);
            labels[name] = labels.TryGetValue(name, out string? other) ? $"{other};{text}" : text;
        }
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{EscapeLabel(label.Value)}\""));
    }

    private static string TextOf(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string EscapeLabel(string value) => EscapeLines(value).Replace("\"", "\\\"", StringComparison.Ordinal);

    private string EscapeHelp(string text) => IsOpenMetrics ? EscapeLabel(text) : EscapeLines(text);

    private static string EscapeLines(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
