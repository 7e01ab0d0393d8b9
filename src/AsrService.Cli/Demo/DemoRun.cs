using System.Diagnostics;
using AsrService.Cli.Captions;
using AsrService.Cli.Live;
using AsrService.Cli.Service;
using AsrService.Contracts.V1;

namespace AsrService.Cli.Demo;

/// <summary>Streams recordings side by side to a service and says what came back.</summary>
/// <param name="service">Stub of a connected channel.</param>
/// <param name="clips">In the order of their columns and of the report.</param>
/// <param name="to">Where the report goes.</param>
internal sealed class DemoRun(Transcriber.TranscriberClient service, IReadOnlyList<DemoClip> clips, TextWriter to)
{
    /// <summary>Streams all of them at once.</summary>
    /// <param name="pace">As in <see cref="Pacer"/>.</param>
    /// <param name="screen">Where captions grow; null for none.</param>
    /// <param name="cancellation">Ends the streams early.</param>
    public async Task StreamAsync(double pace, CaptionScreen? screen, CancellationToken cancellation)
    {
        var feeds = clips.Select(clip => AudioInput.Open(clip.Path, null)).ToArray();
        try
        {
            using var board = screen is null ? null : new CaptionBoard(screen, Columns(feeds));
            await Task.WhenAll(clips.Select((clip, stream) =>
                clip.StreamAsync(service, feeds[stream], pace, result => board?.Show(stream, result), cancellation)));
        }
        finally
        {
            foreach (var feed in feeds) feed.Dispose();
        }

        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The finals clip by clip, whichever came first.</summary>
    public void WriteFinals()
    {
        foreach (var clip in clips)
        {
            foreach (string line in clip.Lines()) to.WriteLine(line);
            to.WriteLine();
        }
    }

    /// <summary>Latencies of all streams together.</summary>
    public void WriteLatencies(double pace)
    {
        var all = new LatencySamples();
        foreach (var clip in clips) all.Add(clip.Latencies);
        foreach (string line in DemoSummary.LatencyLines(all, pace)) to.WriteLine(line);
    }

    /// <summary>Lets the service transcribe the same recordings as files, one by one, and says how long that takes.</summary>
    /// <returns>The model that did it.</returns>
    public async Task<ModelInfo> MeasureSpeedAsync(CancellationToken cancellation)
    {
        var (audio, model) = (TimeSpan.Zero, new ModelInfo());
        long started = Stopwatch.GetTimestamp();
        foreach (var clip in clips)
        {
            await using var file = AudioInput.OpenBytes(clip.Path);
            var config = new TranscribeFileConfig { Recognition = new RecognitionOptions { WordTimes = WordTimes.None } };
            var answer = await FileUpload.RunAsync(service, file, config, progressed: null, cancellation);
            (audio, model) = (audio + answer.Duration, answer.Model);
        }

        to.WriteLine(DemoSummary.SpeedLine(audio, Stopwatch.GetElapsedTime(started)));
        return model;
    }

    private List<BoardColumn> Columns(AudioFeed[] feeds) =>
    [
        .. clips.SelectMany((clip, stream) => Enumerable.Range(0, (int)feeds[stream].Format.Channels).Select(channel =>
            new BoardColumn(stream, (uint)channel, feeds[stream].Format.Channels > 1 ? $"{clip.Name} {channel}" : clip.Name))),
    ];
}
