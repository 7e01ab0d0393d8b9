using System.Text.Json;
using AsrService.Engine.Hypotheses;
using AsrService.TestKit;

namespace AsrService.Engine.Tests.Hypotheses;

/// <summary>Speech of a sample recording between two long silences, with its exact word times in hops.</summary>
internal sealed record SampleWords(string Text, double[] Starts, double[] Ends, bool[] Activity)
{
    private const double Hop = 0.01;
    private const double PreRoll = 0.25;
    private const double LongSilence = 0.5;

    /// <summary>All of it: what live segments would be cut to.</summary>
    public static IReadOnlyList<SampleWords> All { get; } =
        [.. Directory.GetFiles(RepositoryPaths.Samples, "*.json").Order(StringComparer.Ordinal).SelectMany(Read)];

    private static IEnumerable<SampleWords> Read(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var text = TextWords.Split(json.RootElement.GetProperty("text").GetString()!);
        double[] starts = Times(json, "start"), ends = Times(json, "end");
        if (text.Count != starts.Length) throw new InvalidDataException($"{path}: {text.Count} words, {starts.Length} times.");

        var found = new List<SampleWords>();
        for (int first = 0, i = 1; i <= starts.Length; i++)
        {
            if (i < starts.Length && starts[i] - ends[i - 1] < LongSilence) continue;
            found.Add(Cut(text.Text[text[first].Start..text[i - 1].End], starts[first..i], ends[first..i]));
            first = i;
        }
        return found;
    }

    private static double[] Times(JsonDocument json, string name) =>
        [.. json.RootElement.GetProperty("words").EnumerateArray().Select(word => word.GetProperty(name).GetDouble())];

    private static SampleWords Cut(string text, double[] starts, double[] ends)
    {
        double origin = starts[0] - PreRoll;
        double[] from = [.. starts.Select(time => (time - origin) / Hop)], to = [.. ends.Select(time => (time - origin) / Hop)];
        var activity = new bool[(int)Math.Ceiling(to[^1])];
        for (int i = 0; i < from.Length; i++)
            activity.AsSpan((int)from[i]..Math.Min((int)Math.Ceiling(to[i]), activity.Length)).Fill(true);
        return new SampleWords(text, from, to, activity);
    }
}
