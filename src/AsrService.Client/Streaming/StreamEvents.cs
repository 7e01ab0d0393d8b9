namespace AsrService.Client;

/// <summary>What happens in a live stream. Services may add kinds: ignore those you do not know.</summary>
/// <remarks>All offsets count from the first sample written to the stream, whatever connections it had.</remarks>
public abstract record StreamEvent
{
    private protected StreamEvent()
    {
    }

    /// <summary>How far the stream has come.</summary>
    public StreamCursors Cursors { get; internal init; } = new(default, default, default);
}

/// <summary>How far a stream has come; of several channels, the one that lags most.</summary>
/// <param name="Received">Audio that the service has.</param>
/// <param name="Processed">Audio heard by the newest partial, or judged silent.</param>
/// <param name="Final">Audio that is done: covered by finals, or silent.</param>
public sealed record StreamCursors(TimeSpan Received, TimeSpan Processed, TimeSpan Final);

/// <summary>The stream runs; the first event.</summary>
/// <param name="SessionId">The session's name in the service.</param>
/// <param name="Model">That recognizes.</param>
/// <param name="Address">That answered.</param>
public sealed record StartedEvent(string SessionId, ModelInfo Model, string Address) : StreamEvent;

/// <summary>The text of one segment of one channel.</summary>
public abstract record ResultEvent : StreamEvent
{
    private protected ResultEvent()
    {
    }

    /// <summary>The segment: the same for its partials, its final and its refinement.</summary>
    public string ResultId { get; internal init; } = "";

    /// <summary>The whole text.</summary>
    public abstract string Text { get; }

    /// <summary>Where the segment begins.</summary>
    public TimeSpan Start { get; internal init; }

    /// <summary>In a partial, up to where was heard; in a final, where the segment ends.</summary>
    public TimeSpan End { get; internal init; }

    /// <summary>The words, with estimated times; empty with <see cref="WordTimes.None"/>.</summary>
    public IReadOnlyList<Word> Words { get; internal init; } = [];

    /// <summary>Null in a partial for which none was agreed on yet.</summary>
    public Language? Language { get; internal init; }

    /// <summary>0 to 1; null where there is no text.</summary>
    public float? Confidence { get; internal init; }

    /// <summary>From 0.</summary>
    public int Channel { get; internal init; }

    /// <summary>What to know of the text; empty mostly.</summary>
    public IReadOnlyList<QualityRemark> Remarks { get; internal init; } = [];
}

/// <summary>The current best text of a segment that is still open.</summary>
/// <param name="Revision">Grows from 1; starts anew after a reconnect.</param>
/// <param name="StableText">No later partial alters it, but the first one after a reconnect may.</param>
/// <param name="TentativeText">Right behind it; may still change.</param>
public sealed record PartialEvent(int Revision, string StableText, string TentativeText) : ResultEvent
{
    /// <inheritdoc/>
    public override string Text => StableText + TentativeText;
}

/// <summary>The text of a segment that is over; never changes, and comes once.</summary>
public sealed record FinalEvent : ResultEvent
{
    internal FinalEvent(string text, bool replacesStable) => (Text, ReplacesStable) = (text, replacesStable);

    /// <inheritdoc/>
    public override string Text { get; }

    /// <summary>Whether it does not begin with the stable text shown before.</summary>
    public bool ReplacesStable { get; }
}

/// <summary>Better times for the words of a final. After a break it may not come.</summary>
/// <param name="ResultId">Of the final.</param>
/// <param name="Words">All its words, with aligned times.</param>
public sealed record RefinementEvent(string ResultId, IReadOnlyList<Word> Words) : StreamEvent;

/// <summary>Speech begins or ends, by turns in a channel.</summary>
/// <param name="IsBegin">Whether it begins.</param>
/// <param name="Offset">Where.</param>
/// <param name="Channel">From 0.</param>
public sealed record SpeechEvent(bool IsBegin, TimeSpan Offset, int Channel) : StreamEvent;

/// <summary>A sign of life, at least every 5 s.</summary>
/// <param name="Lag">Audio received and not processed.</param>
/// <param name="ShouldSlowDown">Whether the service is behind; it stops reading at its limit.</param>
/// <param name="IsDraining">Whether the service shuts down; the stream goes on elsewhere when it must.</param>
public sealed record FlowEvent(TimeSpan Lag, bool ShouldSlowDown, bool IsDraining) : StreamEvent;

/// <summary>Something unusual.</summary>
/// <param name="Warning">What.</param>
public sealed record WarningEvent(Warning Warning) : StreamEvent;

/// <summary>The connection broke, or an attempt to reconnect failed; another attempt follows.</summary>
/// <param name="Failure">Why.</param>
/// <param name="Attempt">The attempt that follows, from 1.</param>
public sealed record ReconnectingEvent(AsrServiceException Failure, int Attempt) : StreamEvent;

/// <summary>The stream goes on.</summary>
/// <param name="Address">That answered.</param>
/// <param name="From">From where audio is sent again.</param>
/// <param name="IsNewSession">
/// Whether the token was not valid any more, so that a new session hears the audio from <paramref name="From"/> on, which
/// is where everything before was final. Offsets go on; ids of results are new; the segment that was open is cut there.
/// </param>
public sealed record ResumedEvent(string Address, TimeSpan From, bool IsNewSession) : StreamEvent;

/// <summary>All finals are out; the last event.</summary>
/// <param name="Audio">Audio written, silence included.</param>
/// <param name="Finals">Finals that came.</param>
/// <param name="Reconnects">How often the stream went on after a break.</param>
public sealed record EndedEvent(TimeSpan Audio, int Finals, int Reconnects) : StreamEvent;
