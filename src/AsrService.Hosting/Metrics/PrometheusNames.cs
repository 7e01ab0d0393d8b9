using System.Text;

namespace AsrService.Hosting;

/// <summary>Names as Prometheus has them: dots become underscores, the unit and <c>_total</c> are suffixes.</summary>
/// <remarks>OpenTelemetry specification, "Prometheus and OpenMetrics compatibility", metric metadata.</remarks>
internal static class PrometheusNames
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds", ["ms"] = "milliseconds",
        ["us"] = "microseconds", ["ns"] = "nanoseconds", ["By"] = "bytes", ["KiBy"] = "kibibytes", ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes", ["Hz"] = "hertz", ["Cel"] = "celsius", ["%"] = "percent", ["V"] = "volts", ["A"] = "amperes",
        ["W"] = "watts", ["J"] = "joules", ["g"] = "grams", ["m"] = "meters",
    };

    /// <summary>A family's name and its unit, which is in the name; without <c>_total</c>.</summary>
    /// <param name="name">The instrument's.</param>
    /// <param name="unit">The instrument's.</param>
    /// <param name="type">The family's.</param>
    public static (string Name, string? Unit) Family(string name, string? unit, PrometheusType type)
    {
        string family = Sanitize(name, isLabel: false);
        if (type == PrometheusType.Counter && family.EndsWith("_total", StringComparison.Ordinal)) family = family[..^"_total".Length];
        string? suffix = UnitOf(unit, type);
        if (suffix is null) return (family, null);
        return (family.EndsWith("_" + suffix, StringComparison.Ordinal) ? family : $"{family}_{suffix}", suffix);
    }

    /// <summary>A label's name.</summary>
    public static string Label(string name) => Sanitize(name, isLabel: true);

    /// <summary>What is in braces is an annotation, no unit; 1 is a ratio where it is a gauge's.</summary>
    private static string? UnitOf(string? unit, PrometheusType type)
    {
        if (string.IsNullOrEmpty(unit) || unit.Contains('{', StringComparison.Ordinal)) return null;
        if (unit == "1") return type == PrometheusType.Gauge ? "ratio" : null;
        return Units.TryGetValue(unit, out string? known) ? known : Sanitize(unit, isLabel: false);
    }

    private static string Sanitize(string name, bool isLabel)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (char c in name)
        {
            bool isValid = char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && !isLabel);
            if (clean.Length == 0 && char.IsAsciiDigit(c)) clean.Append('_');
            if (isValid) clean.Append(c);
            else if (clean.Length == 0 || clean[^1] != '_') clean.Append('_'); // several in a row are one
        }
        return clean.Length == 0 ? "_" : clean.ToString();
    }
}
