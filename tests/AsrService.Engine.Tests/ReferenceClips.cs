using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using AsrService.Audio;
using AsrService.TestKit;

namespace AsrService.Engine.Tests;

/// <summary>A clip and what an independent program computed for it: an entry of a model's reference.json.</summary>
public sealed record ReferenceClip
{
    public required string File { get; init; }

    public required string Input { get; init; }

    public required string Mode { get; init; }

    [JsonPropertyName("start_s")]
    public double Start { get; init; }

    [JsonPropertyName("end_s")]
    public double End { get; init; }

    public string Language { get; init; } = "";

    public string Text { get; init; } = "";

    [JsonPropertyName("token_ids")]
    public int[] TokenIds { get; init; } = [];

    public string[] Units { get; init; } = [];

    [JsonPropertyName("slot_classes")]
    public int[] SlotClasses { get; init; } = [];

    [JsonPropertyName("slot_margins")]
    public float[] SlotMargins { get; init; } = [];

    [JsonPropertyName("repaired_ms")]
    public int[] Repaired { get; init; } = [];

    [JsonPropertyName("min_top2_margin")]
    public float Margin { get; init; }

    /// <summary>Whether the clip went through a resampler, which need not be ours.</summary>
    public bool IsResampled => Input != "mono";

    public float[] Samples()
    {
        var all = ReferenceClips.Read(File, Input);
        return Mode == "whole" ? all : all[(int)Math.Round(Start * 16_000)..(int)Math.Round(End * 16_000)];
    }

    public override string ToString() => $"{File} {Input} {Mode} {Start}";
}

internal static class ReferenceClips
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly ConcurrentDictionary<(string, string), float[]> Recordings = new();

    public static IReadOnlyList<ReferenceClip> Asr { get; } = Load("demo-asr");

    public static IReadOnlyList<ReferenceClip> Aligner { get; } = Load("demo-aligner");

    /// <summary>Sentences of the 16 kHz recordings, one by one.</summary>
    public static IReadOnlyList<ReferenceClip> Sentences { get; } = [.. Asr.Where(clip => !clip.IsResampled && clip.Mode == "sentence")];

    /// <summary>Whole recordings with speech, at 16 kHz.</summary>
    public static IReadOnlyList<ReferenceClip> Recorded { get; } =
        [.. Asr.Where(clip => clip is { IsResampled: false, Mode: "whole", Text.Length: > 0 })];

    /// <summary>What was really said in a recording.</summary>
    public static string Said(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(PathOf(file), ".json")));
        return json.RootElement.GetProperty("text").GetString()!;
    }

    /// <summary>Start and end of each sentence of a recording, in seconds.</summary>
    public static IReadOnlyList<(double Start, double End)> SentenceTimes(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(PathOf(file), ".json")));
        return [.. json.RootElement.GetProperty("segments").EnumerateArray()
            .Select(segment => (segment.GetProperty("start").GetDouble(), segment.GetProperty("end").GetDouble()))];
    }

    public static string PathOf(string file) => Path.Combine(RepositoryPaths.Samples, file);

    public static float[] Read(string file, string input) => Recordings.GetOrAdd((file, input), static key =>
    {
        string path = PathOf(key.Item1);
        using var reader = key.Item2 switch
        {
            "channel-0" => SpeechReader.OpenChannel(path, 0),
            "channel-1" => SpeechReader.OpenChannel(path, 1),
            _ => SpeechReader.Open(path),
        };
        return reader.ReadToEnd();
    });

    private static List<ReferenceClip> Load(string model)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Models, model, "reference.json")));
        return json.RootElement.GetProperty("entries").Deserialize<List<ReferenceClip>>(Json)!;
    }
}
