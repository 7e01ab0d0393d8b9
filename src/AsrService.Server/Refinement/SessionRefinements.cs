using System.Threading.Channels;
using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using AsrService.Server.Transcriber;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Refinement;

/// <summary>The refinements of one live call: finals go in when they have been written, and nobody waits for what follows.</summary>
/// <remarks>
/// One caller adds finals, one loop writes. A final that finds no place, or whose alignment fails, stands as it is, with a
/// warning. What is still under way when the call is told to end, by whoever stops or takes over its session, is dropped.
/// </remarks>
internal sealed class SessionRefinements(WordAligner aligner, string sessionId, int channels, TimeProvider time, CancellationToken ending)
    : IAsyncDisposable
{
    private readonly Channel<Refined> _done = Channel.CreateUnbounded<Refined>(new() { SingleReader = true }); // no more than _open
    private readonly MissWarnings _warnings = new();
    private readonly int _most = channels * aligner.Options.MaxPerChannel;
    private readonly List<Task> _aligning = [];
    private int _open = 1; // finals whose refinement is to come, and one for those to be added

    /// <summary>Takes a final that has been written.</summary>
    public void Add(ResultEvent final)
    {
        if (final.Words.Count == 0) return;
        _aligning.RemoveAll(task => task.IsCompletedSuccessfully);
        bool isFull = Interlocked.Increment(ref _open) - 1 > _most;
        long since = time.GetTimestamp();
        _aligning.Add(Task.Run(() => AlignAsync(final, isFull, since), CancellationToken.None)); // preparing it takes a while
    }

    /// <summary>No more finals.</summary>
    public void Complete() => Leave();

    /// <summary>Writes refinements and warnings as they come, until no more can come or the call is told to end.</summary>
    public async Task RunAsync(Func<V1.StreamingTranscribeResponse, Task> writeAsync)
    {
        try
        {
            await foreach (var refined in _done.Reader.ReadAllAsync(ending))
            {
                await WriteAsync(refined, writeAsync);
                Leave();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // What is under way is dropped.
        }
    }

    /// <summary>Waits for alignments that were given up.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_aligning).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the loop was told

    private async Task WriteAsync(Refined refined, Func<V1.StreamingTranscribeResponse, Task> writeAsync)
    {
        var miss = refined.Result.Miss;
        if (miss == AlignmentMiss.None)
        {
            var words = TextMapping.Whole(refined.Result.Words, refined.Language, V1.WordTiming.Aligned);
            await writeAsync(new() { Refinement = new V1.Refinement { ResultId = refined.Id, Words = { words } } });
            aligner.Metrics.Refined(time.GetElapsedTime(refined.Since));
        }

        if (_warnings.Look(miss, refined.Language, refined.Id) is { } warning) await writeAsync(new() { Warning = warning });
    }

    private async Task AlignAsync(ResultEvent final, bool isFull, long since)
    {
        try
        {
            var refined = await AlignAsync(final, isFull);
            _done.Writer.TryWrite(new Refined(ResultId.Of(sessionId, final.Channel, final.SegmentIndex), final.Language, refined, since));
        }
        catch (Exception fault)
        {
            _done.Writer.TryComplete(fault); // it is the loop's
        }
    }

    private async Task<RefinedWords> AlignAsync(ResultEvent final, bool isFull)
    {
        var clip = new RecognizedClip(final.Start, final.Samples, final.StableText, final.Language, final.Words);
        if (isFull || final.Samples.IsEmpty || !aligner.TryTakePlace()) return aligner.Miss(clip, AlignmentMiss.Full);
        try
        {
            return await aligner.AlignAsync(clip, ending);
        }
        finally
        {
            aligner.ReturnPlace();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _open) == 0) _done.Writer.TryComplete();
    }

    private sealed record Refined(string Id, Language? Language, RefinedWords Result, long Since);
}
