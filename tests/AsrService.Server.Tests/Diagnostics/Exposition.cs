using System.Text.RegularExpressions;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>A family of metrics as it was scraped.</summary>
internal sealed record ScrapedFamily(string Name, string Type, string Help)
{
    /// <summary>Names of labels of any sample; a bucket's bound is none.</summary>
    public SortedSet<string> Labels { get; } = new(StringComparer.Ordinal);

    /// <summary>Values by name and labels.</summary>
    public Dictionary<string, double> Samples { get; } = [];
}

/// <summary>Reads the text format, and demands that it is well formed.</summary>
internal static partial class Exposition
{
    public static async Task<IReadOnlyDictionary<string, ScrapedFamily>> ScrapeAsync(HttpClient http) =>
        Parse(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken));

    public static IReadOnlyDictionary<string, ScrapedFamily> Parse(string text)
    {
        var families = new Dictionary<string, ScrapedFamily>();
        string help = "";
        ScrapedFamily? family = null;
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                help = line[7..][(line[7..].IndexOf(' ', StringComparison.Ordinal) + 1)..];
                continue;
            }
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                families.Add(words[2], family = new ScrapedFamily(words[2], words[3], help));
                help = "";
                continue;
            }
            Add(family!, line);
        }
        return families;
    }

    private static void Add(ScrapedFamily family, string line)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, line);
        Assert.StartsWith(family.Name, sample.Groups["name"].Value, StringComparison.Ordinal);
        foreach (Match label in Label().Matches(sample.Groups["labels"].Value))
        {
            if (label.Groups[1].Value != "le") family.Labels.Add(label.Groups[1].Value);
        }
        string value = sample.Groups["value"].Value;
        family.Samples.Add(
            $"{sample.Groups["name"]}{{{sample.Groups["labels"]}}}",
            value == "+Inf" ? double.PositiveInfinity : double.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*",?)*)\})? (?<value>\S+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*"(?=,|$)""")]
    private static partial Regex Label();
}
