using AsrService.Engine.Sessions;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>What a caller does at a frame of his audio.</summary>
/// <param name="Frame">Before which.</param>
/// <param name="Update">Null for a finalize.</param>
internal sealed record LiveAction(long Frame, SessionUpdate? Update = null);

/// <summary>A caller whose session breaks at some frames, each time with a checkpoint on its way to the next one.</summary>
internal sealed class Resumption(TranscriptionEngine engine, LiveFrames audio, SessionOptions options)
{
    private readonly List<SessionEvent> _events = [];
    private readonly Dictionary<(int Channel, int Segment), ResultEvent> _finals = [];
    private SessionCheckpoint? _newest;
    private TimeSpan _newestFinal;
    private int _updates; // before the newest checkpoint

    public IReadOnlyList<LiveAction> Actions { get; init; } = [];

    /// <summary>Frames of the next write.</summary>
    public required Func<int> Chunk { get; init; }

    /// <summary>Whether the engine has done all it can before every write and at every break.</summary>
    public bool IsPaced { get; init; }

    public int MostBytes { get; private set; }

    public IReadOnlyList<SessionEvent> Events => _events;

    public IEnumerable<string> FinalKeys => _finals.OrderBy(one => one.Key).Select(one => LiveEvents.FinalKey(one.Value));

    /// <summary>Runs the audio through a session after another.</summary>
    /// <param name="breaks">Frames at which they break.</param>
    public async Task RunAsync(params IEnumerable<long> breaks)
    {
        long frames = audio.Samples.Length / audio.Channels;
        foreach (long end in breaks.Append(frames)) await RunToAsync(end, isLast: end == frames);
    }

    private async Task RunToAsync(long end, bool isLast)
    {
        var cancellation = TestContext.Current.CancellationToken;
        byte[]? bytes = _newest?.ToBytes();
        MostBytes = Math.Max(MostBytes, bytes?.Length ?? 0);
        await using var session = engine.OpenSession(OptionsNow(), bytes is null ? null : SessionCheckpoint.FromBytes(bytes));
        long kept = (long)Math.Floor((_newestFinal - TimeSpan.FromSeconds(0.5)).TotalSeconds * audio.Rate);
        Assert.True(session.FirstFrame >= kept, $"frame {session.FirstFrame} is asked for, {kept} is the first at hand");
        int before = _updates;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = ReadAsync(session, before, leaving.Token);
        var ahead = Ahead(session.FirstFrame, before);
        for (long at = session.FirstFrame; at < end;)
        {
            while (ahead.TryPeek(out var due) && due.Frame <= at) Act(session, ahead.Dequeue());
            long to = Math.Min(Math.Min(end, at + Chunk()), ahead.TryPeek(out var next) ? next.Frame : end);
            var samples = audio.Samples.AsMemory((int)at * audio.Channels, (int)(to - at) * audio.Channels);
            await session.WriteAsync(samples, cancellation);
            at = to;
            if (IsPaced) await engine.WhenIdleAsync();
        }

        if (isLast) session.Complete();
        else await leaving.CancelAsync();
        await reading;
        if (isLast || !IsPaced) return;
        while (await UnreadAsync(session) is { } unread) Take(unread, before); // what came in the meantime
        Keep(session.Standing.Checkpoint, session.Standing.Cursors, before);
    }

    /// <summary>Updates that the caller counts as lying before the cursor are in the config; the others, and finalizes, come again.</summary>
    private Queue<LiveAction> Ahead(long first, int updates)
    {
        var known = Actions.Where(action => action.Update is not null).Take(updates).ToHashSet();
        return new(Actions.Where(action => action.Frame >= first && !known.Contains(action)));
    }

    private static void Act(TranscriptionSession session, LiveAction action)
    {
        if (action.Update is { } update) session.Update(update);
        else session.FinalizeSegments();
    }

    private SessionOptions OptionsNow()
    {
        var now = options;
        foreach (var action in Actions.Where(action => action.Update is not null).Take(_updates))
        {
            now = now with
            {
                Context = action.Update!.Context ?? now.Context,
                Language = action.Update.Language ?? now.Language,
                Endpointing = action.Update.Endpointing ?? now.Endpointing,
            };
        }

        return now;
    }

    private async Task ReadAsync(TranscriptionSession session, int updates, CancellationToken cancellation)
    {
        try
        {
            while (await session.ReadAsync(cancellation) is { } happened) Take(happened, updates);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // The connection is gone.
        }
    }

    private static async Task<SessionEvent?> UnreadAsync(TranscriptionSession session)
    {
        try
        {
            return await session.ReadAsync(new CancellationToken(canceled: true));
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Take(SessionEvent happened, int updates)
    {
        _events.Add(happened);
        Keep(happened.Checkpoint, happened.Cursors, updates);
        if (happened is not ResultEvent { IsFinal: true } final) return;
        bool isNew = _finals.TryAdd((final.Channel, final.SegmentIndex), final);
        Assert.True(isNew, $"a second final of channel {final.Channel}, segment {final.SegmentIndex}");
    }

    private void Keep(SessionCheckpoint? checkpoint, SessionCursors cursors, int updates)
    {
        Assert.NotNull(checkpoint);
        Assert.True(cursors.Final >= _newestFinal, $"{cursors.Final} after {_newestFinal}");
        (_newest, _newestFinal, _updates) = (checkpoint, cursors.Final, updates + checkpoint.Updates);
    }
}
