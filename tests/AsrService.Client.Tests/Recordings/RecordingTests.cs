namespace AsrService.Client.Tests.Recordings;

[Trait("Category", "EndToEnd")]
public class RecordingTests
{
    private const string First = "How many years of experience do you have with Redis?";

    [Fact]
    public async Task Transcribe_AWavFile_HasItsText()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());

        var transcript = await client.TranscribeAsync(Clips.InterviewWav(5), new() { Segmentation = Segmentation.Live });

        Assert.StartsWith(First, transcript.Text, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), transcript.Duration);
        Assert.Equal(First, transcript.Segments[0].Text);
        Assert.Equal("demo-asr (demonstration model)", transcript.Model.Name);
    }

    [Fact]
    public async Task Transcribe_RawSamples_NeedTheirFormat()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());

        var transcript = await client.TranscribeAsync(Clips.Interview(5), new() { Format = AudioFormat.Default });
        Assert.StartsWith(First, transcript.Text, StringComparison.Ordinal);

        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => client.TranscribeAsync(Clips.Interview(5)));
        Assert.Equal((AsrStatus.InvalidArgument, "AUDIO_DECODE"), (failure.Status, failure.Reason));
    }

    [Fact]
    public async Task Transcribe_WhereTheFirstAddressIsDown_AsksTheNext()
    {
        await using var server = await TestServer.StartAsync();
        using var down = new CuttingRelay(server.Addresses.Grpc) { IsDown = true };
        await using var client = new AsrClient([down.Address, server.Address()], Callers.Quick);

        Assert.StartsWith(First, (await client.TranscribeAsync(Clips.InterviewWav(5))).Text, StringComparison.Ordinal);

        int asked = down.Connections;
        await client.TranscribeAsync(Clips.InterviewWav(5));
        Assert.Equal(asked, down.Connections); // the one that answered is asked first
    }

    [Fact]
    public async Task TranscribeFile_AWavFile_TellsItsSegments()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());
        var events = new List<FileEvent>();

        using var file = new MemoryStream(Clips.InterviewWav(12));
        await foreach (var happened in client.TranscribeFileAsync(file, new() { Segmentation = Segmentation.Live })) events.Add(happened);

        Assert.IsType<FileStartedEvent>(events[0]);
        var segments = events.OfType<FileSegmentEvent>().Select(happened => happened.Segment.Text).ToList();
        Assert.Equal(First, segments[0]);
        Assert.Equal(new FileCompletedEvent(TimeSpan.FromSeconds(12), segments.Count), events[^1]);
    }

    [Fact]
    public async Task TranscribeFile_ThatCannotBeRead_FailsWithItsException()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());

        using var closed = new MemoryStream();
        closed.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync(closed));

        using var broken = new MemoryStream("no audio at all"u8.ToArray());
        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => ReadAsync(broken));
        Assert.Equal("AUDIO_DECODE", failure.Reason);

        async Task ReadAsync(Stream file)
        {
            await foreach (var _ in client.TranscribeFileAsync(file))
            {
                // Until it fails.
            }
        }
    }
}
