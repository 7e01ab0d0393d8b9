using System.Text.Json;
using AsrService.TestKit;

namespace AsrService.Audio.Tests;

/// <summary>One voice track of a bundled recording, with the times of its words.</summary>
internal sealed record SpeechSample(string Name, float[] Samples, IReadOnlyList<(double Start, double End)> Words)
{
    private static readonly Lazy<SpeechSample[]> Loaded = new(() =>
    [
        Load("interview-en"), Load("interview-zh-en"), Load("call-en"), Load("meeting-en"), Load("numbers-en"),
        Load("call-en-stereo-8k", "agent"), Load("call-en-stereo-8k", "customer"),
    ]);

    /// <summary>The last two are the two sides of a telephone call at 8 kHz.</summary>
    public static IReadOnlyList<SpeechSample> All => Loaded.Value;

    public double WordSeconds => Words.Sum(word => word.End - word.Start);

    /// <summary>Root mean square of the words, in dBFS.</summary>
    public double Level
    {
        get
        {
            var speech = Words.SelectMany(word => Samples[At(word.Start)..Math.Min(Samples.Length, At(word.End))]).ToList();
            return 10 * Math.Log10(speech.Sum(x => (double)x * x) / speech.Count);
        }
    }

    public static int At(double seconds) => (int)Math.Round(seconds * 16_000);

    public SpeechSample WithPeak(double level)
    {
        double gain = NoiseSignals.Amplitude(level) / Samples.Max(Math.Abs);
        return this with { Samples = [.. Samples.Select(x => (float)(x * gain))] };
    }

    public SpeechSample WithNoise(string kind, double ratio)
    {
        var noise = NoiseSignals.Make(kind, Samples.Length, Level - ratio);
        return this with { Samples = [.. Samples.Zip(noise, (x, y) => x + y)] };
    }

    /// <summary>Behind digital silence; or with its beginning cut off.</summary>
    public SpeechSample Shifted(double seconds) => this with
    {
        Samples = seconds < 0 ? Samples[At(-seconds)..] : [.. new float[At(seconds)], .. Samples],
        Words = [.. Words.Select(word => (word.Start + seconds, word.End + seconds))],
    };

    private static SpeechSample Load(string name, string? speaker = null)
    {
        string wav = Path.Combine(RepositoryPaths.Samples, name + ".wav");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(wav, ".json")));
        var root = json.RootElement;
        var sentences = root.GetProperty("segments").EnumerateArray()
            .Where(sentence => speaker is null || sentence.GetProperty("speaker").GetString() == speaker)
            .Select(Times).ToList();
        int? channel = speaker is null ? null
            : root.GetProperty("channels").EnumerateArray().Select(x => x.GetString()).ToList().IndexOf(speaker);
        using var reader = SpeechReader.Open(wav, new SpeechReaderOptions { Channel = channel, NormalizePeak = false });
        var words = root.GetProperty("words").EnumerateArray().Select(Times).Where(word =>
            sentences.Any(sentence => word.Start >= sentence.Start - 1e-3 && word.End <= sentence.End + 1e-3));
        return new SpeechSample(name, reader.ReadToEnd(), [.. words]);
    }

    private static (double Start, double End) Times(JsonElement x) =>
        (x.GetProperty("start").GetDouble(), x.GetProperty("end").GetDouble());
}
