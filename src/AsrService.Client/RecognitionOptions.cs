namespace AsrService.Client;

/// <summary>How samples are written as bytes.</summary>
public enum AudioEncoding
{
    /// <summary>A file that states its own format, as WAV; for recordings only.</summary>
    Container = 0,

    /// <summary>Signed 16-bit integers, little-endian.</summary>
    Pcm16 = 1,

    /// <summary>32-bit IEEE floats, little-endian, full scale ±1.</summary>
    PcmFloat = 2,

    /// <summary>G.711 µ-law.</summary>
    MuLaw = 3,

    /// <summary>G.711 A-law.</summary>
    ALaw = 4,
}

/// <summary>The format of raw samples; several channels are interleaved.</summary>
/// <param name="Encoding">How a sample is written.</param>
/// <param name="SampleRate">Sample frames a second: 8,000 to 48,000.</param>
/// <param name="Channels">1 to 8; a live stream recognizes each by itself.</param>
public sealed record AudioFormat(AudioEncoding Encoding, int SampleRate, int Channels = 1)
{
    /// <summary>What the models hear: 16 kHz, one channel, 16 bits.</summary>
    public static AudioFormat Default { get; } = new(AudioEncoding.Pcm16, 16_000);

    /// <summary>Bytes of a sample frame, which is a sample of every channel; 0 with <see cref="AudioEncoding.Container"/>.</summary>
    public int FrameBytes => Channels * Encoding switch
    {
        AudioEncoding.Pcm16 => 2,
        AudioEncoding.PcmFloat => 4,
        AudioEncoding.MuLaw or AudioEncoding.ALaw => 1,
        _ => 0,
    };
}

/// <summary>How the spoken language is decided.</summary>
public enum LanguageMode
{
    /// <summary>The one language given; otherwise detected.</summary>
    Automatic = 0,

    /// <summary>Detected anew for every segment, among those given where there are any.</summary>
    Detect = 1,

    /// <summary>The one language given, as a hard constraint.</summary>
    Force = 2,

    /// <summary>Detected for the first segment with speech, then kept.</summary>
    LockAfterFirst = 3,
}

/// <summary>Which languages to expect.</summary>
public sealed record LanguageOptions
{
    /// <summary>Tags as <c>en</c> and <c>zh</c>, or names as <c>English</c>; at most 30.</summary>
    /// <value>Default empty: all that the model knows.</value>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>How one of them is chosen.</summary>
    public LanguageMode Mode { get; init; }
}

/// <summary>Words and background that the recognizer should expect: a hint, never a filter.</summary>
public sealed record Biasing
{
    /// <summary>Names and terms as they should be written; at most 1,000 of 200 bytes each.</summary>
    public IReadOnlyList<string> Terms { get; init; } = [];

    /// <summary>Free text about the matter; at most 10,000 bytes.</summary>
    public string Context { get; init; } = "";
}

/// <summary>Whether words come with results, and how good their times must be.</summary>
public enum WordTimes
{
    /// <summary>As <see cref="AlignedPreferred"/>.</summary>
    Automatic = 0,

    /// <summary>No words.</summary>
    None = 1,

    /// <summary>Words with estimated times.</summary>
    Estimated = 2,

    /// <summary>Words with estimated times, then aligned ones where they are to be had.</summary>
    AlignedPreferred = 3,

    /// <summary>The same, and refused where they are not to be had.</summary>
    AlignedRequired = 4,
}

/// <summary>What every kind of recognition can be told.</summary>
public abstract record RecognitionOptions
{
    private protected RecognitionOptions()
    {
    }

    /// <summary>Name of the model.</summary>
    /// <value>Default empty: the service's first one.</value>
    public string Model { get; init; } = "";

    /// <summary>Which languages to expect.</summary>
    /// <value>Default null: detect among all.</value>
    public LanguageOptions? Language { get; init; }

    /// <summary>What to expect being said.</summary>
    /// <value>Default null: nothing in particular.</value>
    public Biasing? Biasing { get; init; }

    /// <summary>Words and their times.</summary>
    public WordTimes WordTimes { get; init; }

    /// <summary>An id of the caller's that the service writes into its log; at most 128 printable ASCII characters.</summary>
    public string ClientRequestId { get; init; } = "";
}
