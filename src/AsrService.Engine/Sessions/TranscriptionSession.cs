namespace AsrService.Engine.Sessions;

/// <summary>One caller's live audio: samples go in, events come out.</summary>
/// <remarks>
/// One writer and one reader, which may be different threads. Disposing gives up whatever is unfinished and frees the
/// session's places at once.
/// </remarks>
public sealed class TranscriptionSession : IAsyncDisposable
{
    /// <summary>Where the session stands now.</summary>
    public SessionCursors Cursors => throw new NotImplementedException();

    /// <summary>Audio of segments so far, summed over channels.</summary>
    public TimeSpan Speech => throw new NotImplementedException();

    /// <summary>Takes sample frames in; waits while 30 s are unprocessed.</summary>
    /// <param name="frames">Interleaved, finite; whole sample frames. Used until the task completes.</param>
    /// <param name="cancellationToken">Gives up waiting; what was taken in stays taken in.</param>
    /// <exception cref="AsrException">The session has failed.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<float> frames, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Ends the open segments after the last sample taken in.</summary>
    public void FinalizeSegments() => throw new NotImplementedException();

    /// <summary>Changes options for the segments that begin from here on.</summary>
    /// <exception cref="AsrException">The larger context needs more KV memory than is free.</exception>
    public void Update(SessionUpdate update) => throw new NotImplementedException();

    /// <summary>Says that no more audio comes: the remaining finals follow, then the end of the events.</summary>
    public void Complete() => throw new NotImplementedException();

    /// <summary>
    /// The next event, or null after the last one. A partial that a newer one replaced before it was read is skipped.
    /// </summary>
    /// <exception cref="AsrException">The session has failed; events before the failure were given first.</exception>
    public ValueTask<SessionEvent?> ReadAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
