namespace AsrService.Client.Tests;

/// <summary>What came of a stream.</summary>
internal sealed record Heard(IReadOnlyList<StreamEvent> Events)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public IReadOnlyList<FinalEvent> Finals => [.. Events.OfType<FinalEvent>()];

    /// <summary>What must not depend on breaks: by channel, in order.</summary>
    public IReadOnlyList<string> Words =>
    [
        .. Finals.OrderBy(final => final.Channel).ThenBy(final => final.Start)
            .Select(final => $"{final.Channel} {final.Start} {final.End} {final.Text}"),
    ];

    public IReadOnlyList<string> Speech =>
        [.. Events.OfType<SpeechEvent>().OrderBy(speech => speech.Channel).Select(speech => $"{speech.Channel} {speech.IsBegin} {speech.Offset}")];

    public EndedEvent Ended => Assert.IsType<EndedEvent>(Events[^1]);

    /// <summary>Reads to the end.</summary>
    public static async Task<Heard> OfAsync(IAsyncEnumerable<StreamEvent> events)
    {
        var all = new List<StreamEvent>();
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var happened in events.WithCancellation(patience.Token)) all.Add(happened);
        return new Heard(all);
    }

    /// <summary>Writes audio in chunks, and reads to the end.</summary>
    public static async Task<Heard> OfAsync(AsrClient client, byte[] audio, StreamOptions? options = null, int chunk = 3_200)
    {
        await using var stream = await client.StreamAsync(options);
        var reading = OfAsync(stream.Events);
        foreach (byte[] bytes in audio.Chunk(chunk)) await stream.WriteAsync(bytes);
        await stream.CompleteAsync();
        return await reading;
    }
}
