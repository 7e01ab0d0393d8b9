using System.Globalization;
using System.Text.RegularExpressions;

namespace AsrService.Hosting.Tests.Options;

/// <summary>What the comment of a setting says of its values: "1 s to 1 h. Default 30 s."</summary>
/// <param name="Range">All before the default.</param>
/// <param name="Default">All behind the word; empty where there is none.</param>
internal sealed partial record DocumentedValue(string Range, string Default)
{
    private static readonly Dictionary<string, double> Units = new()
    {
        [""] = 1, ["ms"] = 0.001, ["s"] = 1, ["min"] = 60, ["h"] = 3600, ["days"] = 86_400,
        ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30, ["TiB"] = 1L << 40,
    };

    /// <exception cref="FormatException">There is no such comment.</exception>
    public static DocumentedValue Of(Setting setting)
    {
        string text = XmlComments.Of(setting.Property, "value");
        if (text.Length == 0) throw new FormatException($"{setting.Key} has no <value>; expected \"RANGE. Default VALUE.\"");
        var match = RangeAndDefault().Match(text);
        return new DocumentedValue(match.Groups["range"].Value.TrimEnd('.', ' '), match.Groups["default"].Value.TrimEnd('.'));
    }

    /// <summary>The least and the most, in the unit of the setting: seconds where it is a time.</summary>
    /// <exception cref="FormatException">The comment does not begin with them.</exception>
    public (double Least, double Most) Limits()
    {
        var match = LeastToMost().Match(Range);
        if (!match.Success) throw new FormatException($"\"{Range}\" does not begin with LEAST to MOST.");
        string most = match.Groups["most"].Value, unit = match.Groups["unit"].Value;
        string least = match.Groups["least"].Value, leastUnit = match.Groups["leastUnit"].Value;
        return (Number(least) * Units[leastUnit.Length > 0 ? leastUnit : unit], Number(most) * Units[unit]);
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<range>.*?)(\bDefault:? (?<default>.+))?$")]
    private static partial Regex RangeAndDefault();

    [GeneratedRegex(@"^(?<least>[\d,.]*\d)( (?<leastUnit>ms|s|min|h|days|[KMGT]iB))? to (?<most>[\d,.]*\d)( (?<unit>ms|s|min|h|days|[KMGT]iB)\b)?")]
    private static partial Regex LeastToMost();
}
