using System.Runtime.CompilerServices;
using AsrService.Audio;

namespace AsrService.Engine.Sessions;

/// <summary>A recording recognized exactly as a live session would: its finals, behind all live work.</summary>
internal sealed class LiveFile(
    Func<SessionOptions, TranscriptionSession> openSession, FileTranscriptionOptions options,
    Action<FileTranscriptionProgress>? progress)
{
    private long _readFrames;
    private TimeSpan? _total;

    public async IAsyncEnumerable<FileSegment> RunAsync(Func<AudioReader> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = await OpenAsync(open);
        _total = reader.FrameCount is { } frames ? At(frames, reader) : null;
        await using var session = openSession(ToSession(reader));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feeding = Blocking.Run(() => Feed(reader, session, ending.Token));
        var order = new FinalsInOrder(reader.Channels);
        int index = 0;
        try
        {
            while (await session.ReadAsync(cancellationToken) is { } happened)
            {
                order.Add(happened);
                progress?.Invoke(new FileTranscriptionProgress(At(Interlocked.Read(ref _readFrames), reader), happened.Cursors.Final, _total));
                while (order.TryTake(out var final)) yield return ToSegment(index++, final);
            }
            await feeding;
            order.Complete();
            while (order.TryTake(out var final)) yield return ToSegment(index++, final);
        }
        finally
        {
            await ending.CancelAsync();
            await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its fault came by the session
        }
    }

    private static async Task<AudioReader> OpenAsync(Func<AudioReader> open)
    {
        try
        {
            return await Blocking.Run(open);
        }
        catch (AudioFormatException fault)
        {
            throw Unreadable(fault);
        }
    }

    private static AsrException Unreadable(Exception fault) => new(AsrFailure.InvalidAudio, fault.Message, fault);

    private static TimeSpan At(long frames, AudioReader reader) =>
        TimeSpan.FromTicks((long)((Int128)frames * TimeSpan.TicksPerSecond / reader.SampleRate));

    private static FileSegment ToSegment(int index, ResultEvent final) =>
        new(index, final.Channel, final.Start, final.End)
        {
            Result = final.Result!,
            Words = final.Words,
            Language = final.Language,
            LanguageProbability = final.LanguageProbability,
            Confidence = final.Confidence,
            Samples = final.Samples,
        };

    private SessionOptions ToSession(AudioReader reader) => new()
    {
        SampleRate = reader.SampleRate,
        Channels = reader.Channels,
        Language = options.Language,
        Context = options.Context,
        Endpointing = options.Endpointing,
        Interim = new InterimOptions { Disabled = true },
        Words = options.Words,
        Samples = options.Samples,
    };

    private void Feed(AudioReader reader, TranscriptionSession session, CancellationToken cancellationToken)
    {
        try
        {
            var frames = new float[4096 * reader.Channels];
            while (reader.Read(frames) is > 0 and var count)
            {
                var writing = session.WriteAsync(frames.AsMemory(0, count * reader.Channels), cancellationToken);
                writing.AsTask().GetAwaiter().GetResult(); // a thread of our own may block
                Interlocked.Add(ref _readFrames, count);
            }
            _total = At(_readFrames, reader);
            session.Complete();
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested) // of any kind, or its reader would wait for ever
        {
            session.Fail(Unreadable(fault));
            throw;
        }
    }
}

/// <summary>Puts channels' finals in order of start, then channel, as soon as no earlier one can come.</summary>
internal sealed class FinalsInOrder(int channels)
{
    private readonly List<ResultEvent> _waiting = [];
    private TimeSpan _settled;

    /// <summary>Takes an event; its cursors say where all channels are done up to.</summary>
    public void Add(SessionEvent happened)
    {
        if (happened is ResultEvent { IsFinal: true } result) _waiting.Add(result);
        _settled = channels == 1 ? TimeSpan.MaxValue : happened.Cursors.Final - TimeSpan.FromSeconds(1); // pre-roll reaches back
    }

    /// <summary>No more events.</summary>
    public void Complete() => _settled = TimeSpan.MaxValue;

    public bool TryTake(out ResultEvent final)
    {
        final = _waiting.MinBy(one => (one.Start, one.Channel))!;
        if (final is null || final.Start >= _settled) return false;
        _waiting.Remove(final);
        return true;
    }
}
