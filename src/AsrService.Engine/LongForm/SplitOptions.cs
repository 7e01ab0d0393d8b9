namespace AsrService.Engine.LongForm;

/// <summary>Where long audio may be cut. The defaults are the reference's.</summary>
public sealed record SplitOptions
{
    /// <summary>Samples a second of the audio to split.</summary>
    /// <value>1 to 768,000. Default 16,000.</value>
    public int SampleRate { get; init; } = 16_000;

    /// <summary>
    /// Length that a piece should not pass; by looking for a quiet place it may, by <see cref="SearchRange"/>.
    /// </summary>
    /// <value>At least one sample, at most 1200 s. Default 1200 s.</value>
    public TimeSpan MaxPiece { get; init; } = TimeSpan.FromSeconds(1200);

    /// <summary>
    /// How far before and behind <see cref="MaxPiece"/> the quietest place is looked for. Where that gives a piece under
    /// <see cref="MinPiece"/>, which takes a maximum of under 5.5 s, only the second half of the piece is searched.
    /// </summary>
    /// <value>0 to 30 s. Default 5 s.</value>
    public TimeSpan SearchRange { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Length of the window whose energy is compared; at least 4 samples are taken.</summary>
    /// <value>0 to 1 s. Default 100 ms.</value>
    public TimeSpan EnergyWindow { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Pieces of audio that was cut are padded with zeros to this length.</summary>
    /// <value>0 to 30 s. Default 0.5 s.</value>
    public TimeSpan MinPiece { get; init; } = TimeSpan.FromSeconds(0.5);

    internal int MaxPieceSamples => ToSamples(MaxPiece);

    internal int SearchSamples => ToSamples(SearchRange);

    internal int WindowSamples => Math.Max(4, ToSamples(EnergyWindow));

    internal int MinPieceSamples => ToSamples(MinPiece);

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its documented range.</exception>
    internal void Validate()
    {
        Check(SampleRate is >= 1 and <= 768_000, nameof(SampleRate), SampleRate, "1 to 768000");
        bool isMaxPieceValid = MaxPiece <= TimeSpan.FromSeconds(1200) && MaxPieceSamples >= 1;
        Check(isMaxPieceValid, nameof(MaxPiece), MaxPiece, "one sample to 1200 s");
        Check(IsWithin(SearchRange, 30), nameof(SearchRange), SearchRange, "0 to 30 s");
        Check(IsWithin(EnergyWindow, 1), nameof(EnergyWindow), EnergyWindow, "0 to 1 s");
        Check(IsWithin(MinPiece, 30), nameof(MinPiece), MinPiece, "0 to 30 s");
    }

    private static bool IsWithin(TimeSpan value, int seconds) =>
        value >= TimeSpan.Zero && value <= TimeSpan.FromSeconds(seconds);

    private static void Check(bool isValid, string name, object value, string range)
    {
        if (!isValid) throw new ArgumentOutOfRangeException(name, value, $"{value} is not in {range}.");
    }

    private int ToSamples(TimeSpan time) => (int)(time.TotalSeconds * SampleRate);
}
