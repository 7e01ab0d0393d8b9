using System.Runtime.CompilerServices;

namespace AsrService.Client.Tests.Streaming;

[Trait("Category", "EndToEnd")]
public class StreamTests
{
    private static readonly byte[] Speech = Clips.Interview(6);

    [Fact]
    public async Task Stream_OfSpeech_TellsItsEventsInOrder()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());

        var heard = await Heard.OfAsync(client, Speech);

        var started = Assert.IsType<StartedEvent>(heard.Events[0]);
        Assert.Equal((server.Address(), "demo-asr (demonstration model)", true), (started.Address, started.Model.Name, started.Model.IsDemonstration));
        Assert.Equal((TimeSpan.FromSeconds(6), heard.Finals.Count, 0), (heard.Ended.Audio, heard.Ended.Finals, heard.Ended.Reconnects));
        Assert.Equal("How many years of experience do you have with Redis?", heard.Finals[0].Text);
        Assert.Equal("en", heard.Finals[0].Language!.Tag);
        Assert.Equal(heard.Finals[0].Text, string.Join(' ', heard.Finals[0].Words.Select(word => word.Text)));
        var partials = heard.Events.OfType<PartialEvent>().Where(partial => partial.ResultId == heard.Finals[0].ResultId).ToList();
        Assert.All(partials.Zip(partials.Skip(1)), pair => Assert.StartsWith(pair.First.StableText, pair.Second.StableText, StringComparison.Ordinal));
        Assert.Equal(["0 True", "0 False"], heard.Speech.Take(2).Select(speech => speech[..speech.LastIndexOf(' ')]));
        Assert.All(heard.Events.Zip(heard.Events.Skip(1)), pair => Assert.True(pair.Second is EndedEvent || pair.First.Cursors.Final <= pair.Second.Cursors.Final));
    }

    [Fact]
    public async Task Stream_OfAFile_HearsWhatWritingDoes()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());
        var whole = await Heard.OfAsync(client, Speech);

        using var file = new MemoryStream([.. Speech, 1]); // a cut sample at its end
        Assert.Equal(whole.Words, (await Heard.OfAsync(client.StreamAsync(new StreamOptions(), file))).Words);
        Assert.Equal(whole.Words, (await Heard.OfAsync(client.StreamAsync(null, PiecesAsync()))).Words);

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync()
        {
            foreach (byte[] piece in Speech.Chunk(1_000))
            {
                await Task.Yield();
                yield return piece;
            }
        }
    }

    [Fact]
    public async Task Stream_WithoutPartials_HasFinalsAlone()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());

        var heard = await Heard.OfAsync(client, Speech, new() { HasPartials = false, WordTimes = WordTimes.None });

        Assert.Empty(heard.Events.OfType<PartialEvent>());
        Assert.All(heard.Finals, final => Assert.Empty(final.Words));
    }

    [Fact]
    public async Task Stream_WithAnOptionOutOfRange_IsRefusedWithItsName()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());

        var failure = await Assert.ThrowsAsync<AsrServiceException>(() => client.StreamAsync(new() { Agreement = 9 }));
        Assert.Equal((AsrStatus.InvalidArgument, "BAD_VALUE"), (failure.Status, failure.Reason));
        Assert.Contains("agreement", failure.Message, StringComparison.Ordinal);

        var unknown = await Assert.ThrowsAsync<AsrServiceException>(() => client.StreamAsync(new() { Model = "none" }));
        Assert.Equal((AsrStatus.NotFound, "MODEL_UNKNOWN"), (unknown.Status, unknown.Reason));
    }

    [Fact]
    public async Task Stream_WhoseSourceFails_FailsWithItsException()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());

        await Assert.ThrowsAsync<FormatException>(() => Heard.OfAsync(client.StreamAsync(null, BrokenAsync())));

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> BrokenAsync()
        {
            yield return Speech;
            await Task.Yield();
            throw new FormatException("The source is broken.");
        }
    }

    [Fact]
    public async Task Stream_Cancelled_EndsAtOnce()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var happened in client.StreamAsync(null, EndlessAsync(), cancel.Token))
            {
                if (happened is FinalEvent) await cancel.CancelAsync();
            }
        });

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> EndlessAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return Speech;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [Fact]
    public async Task Stream_Disposed_EndsItsReaderAndItsWriters()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());
        var stream = await client.StreamAsync();
        var reading = Heard.OfAsync(stream.Events);

        await stream.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.WriteAsync(new byte[2]));
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Stream_WhoseClientIsDisposed_EndsWithoutAnAttempt()
    {
        await using var server = await TestServer.StartAsync();
        var client = new AsrClient(server.Address());
        await using var stream = await client.StreamAsync();
        var reading = Heard.OfAsync(stream.Events);

        await client.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.StreamAsync());
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Stream_WrittenByManyThreads_TakesEachWriteWhole()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());
        await using var stream = await client.StreamAsync();
        var reading = Heard.OfAsync(stream.Events);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 20; i++) await stream.WriteAsync(new byte[1_000]);
        })));
        await stream.CompleteAsync();

        Assert.Equal(TimeSpan.FromSeconds(5), (await reading).Ended.Audio);
    }

    [Fact]
    public async Task Write_OfACutFrame_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = new AsrClient(server.Address());
        await using var stream = await client.StreamAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => stream.WriteAsync(new byte[3]));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stream.SilenceAsync(TimeSpan.FromSeconds(-1)));
    }
}
