namespace AsrService.Engine.Subtitles;

/// <summary>Lines that are shown together.</summary>
/// <param name="Start">When they appear.</param>
/// <param name="End">When they go; after <paramref name="Start"/>, not after the start of the next cue.</param>
/// <param name="Lines">One or two.</param>
public sealed record SubtitleCue(TimeSpan Start, TimeSpan End, IReadOnlyList<string> Lines);

/// <summary>How subtitles are laid out.</summary>
public sealed record SubtitleOptions
{
    /// <summary>Longest line in columns; a full-width character takes two.</summary>
    /// <value>Default 42. A single longer word has a line of its own.</value>
    public int LineColumns { get; init; } = 42;

    /// <summary>Columns a second that a reader follows; a cue stays longer for it as far as the next one allows.</summary>
    /// <value>Default 20: about 20 letters, or 10 full-width characters.</value>
    public double ColumnsPerSecond { get; init; } = 20;

    /// <summary>A cue is shown at least so long, as far as the next one allows.</summary>
    /// <value>Default 0.833 s.</value>
    public TimeSpan MinDuration { get; init; } = TimeSpan.FromMilliseconds(833);

    /// <summary>Speech of a cue takes at most so long.</summary>
    /// <value>Default 7 s.</value>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>A silence that ends a cue.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(1);
}
