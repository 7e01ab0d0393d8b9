namespace AsrService.Client;

/// <summary>What happens while a file is recognized. Services may add kinds: ignore those you do not know.</summary>
public abstract record FileEvent
{
    private protected FileEvent()
    {
    }
}

/// <summary>The file's recognition begins.</summary>
/// <param name="Model">That recognizes.</param>
public sealed record FileStartedEvent(ModelInfo Model) : FileEvent;

/// <summary>A piece is done.</summary>
/// <param name="Segment">The piece.</param>
public sealed record FileSegmentEvent(Segment Segment) : FileEvent;

/// <summary>How far the file is.</summary>
/// <param name="Received">Audio decoded so far.</param>
/// <param name="Processed">Audio whose segments are out.</param>
/// <param name="Fraction">Done ÷ whole, 0 to 1; null while the whole is unknown.</param>
/// <param name="Remaining">Until done; null while it cannot be said.</param>
public sealed record FileProgressEvent(TimeSpan Received, TimeSpan Processed, float? Fraction, TimeSpan? Remaining) : FileEvent;

/// <summary>Something unusual.</summary>
/// <param name="Warning">What.</param>
public sealed record FileWarningEvent(Warning Warning) : FileEvent;

/// <summary>All segments are out; the last event.</summary>
/// <param name="Duration">The file's audio.</param>
/// <param name="Segments">How many there were.</param>
public sealed record FileCompletedEvent(TimeSpan Duration, int Segments) : FileEvent;
