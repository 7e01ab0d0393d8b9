using AsrService.Cli.Captions;
using AsrService.Cli.Live;
using AsrService.Contracts.V1;

namespace AsrService.Cli.Demo;

/// <summary>One recording of the demonstration and what became of it.</summary>
/// <param name="path">A recording of samples/.</param>
internal sealed class DemoClip(string path)
{
    private readonly List<Result> _finals = [];

    public string Path { get; } = path;

    public string Name { get; } = System.IO.Path.GetFileName(path);

    /// <summary>Its latencies, as its client saw them.</summary>
    public LatencySamples Latencies { get; private set; } = new();

    /// <summary>Audio sent.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Finals so far.</summary>
    public int Finals => _finals.Count;

    private string Languages =>
        string.Join(',', _finals.Select(final => final.Language?.Name ?? "").Where(name => name.Length > 0).Distinct());

    /// <summary>Streams it.</summary>
    /// <param name="service">Stub of a connected channel.</param>
    /// <param name="feed">Its audio.</param>
    /// <param name="pace">As in <see cref="Pacer"/>.</param>
    /// <param name="shown">Called for every result.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task StreamAsync(
        Transcriber.TranscriberClient service, AudioFeed feed, double pace, Action<Result> shown, CancellationToken stop)
    {
        var config = new StreamingConfig
        {
            AudioFormat = feed.Format,
            Recognition = new RecognitionOptions { WordTimes = WordTimes.None },
        };
        using var client = new LiveClient(service, config, TimeProvider.System);
        var meter = new LatencyMeter(TimeProvider.System, client.Arrivals);
        await client.RunAsync(
            feed.Blocks.ReadAllAsync(CancellationToken.None),
            pace,
            live =>
            {
                meter.Observe(live);
                if (live.Message.Result is not { } result) return;
                shown(result);
                if (result is { IsFinal: true, StableText.Length: > 0 }) _finals.Add(result);
            },
            stop);
        (Latencies, Duration) = (meter.Samples, client.Sent);
    }

    /// <summary>A head line and a line for every final, in order of start.</summary>
    public IEnumerable<string> Lines()
    {
        string seconds = Duration.TotalSeconds.ToString("F1", System.Globalization.CultureInfo.InvariantCulture);
        yield return $"{Name}  {seconds} s  {(Languages.Length > 0 ? Languages : "no speech")}";
        if (_finals.Count == 0) yield return "  (nothing was said, and nothing is invented)";
        bool hasChannels = _finals.Exists(final => final.Channel > 0);
        foreach (var final in _finals.OrderBy(final => final.Start?.ToTimeSpan()).ThenBy(final => final.Channel))
        {
            string channel = hasChannels ? $"channel {final.Channel}  " : "";
            yield return $"  {CaptionTime.Range(final.Start, final.End)}  {channel}{OneLine.Of(final.StableText)}";
        }
    }
}
