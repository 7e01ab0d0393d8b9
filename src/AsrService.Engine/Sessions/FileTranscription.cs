using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Sessions;

/// <summary>How a whole recording is recognized by the engine's loop.</summary>
public sealed record FileTranscriptionOptions
{
    /// <summary>True: exactly as a live session would. False: mixed to one channel, cut at quiet places.</summary>
    public bool IsLive { get; init; }

    /// <summary>Offline only: length of a piece, which may be up to 5 s longer.</summary>
    /// <value>1 s to 1,200 s. Default 30 s.</value>
    public TimeSpan MaxSegment { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Live only: when a segment is over.</summary>
    public EndpointingOptions Endpointing { get; init; } = new();

    /// <summary>Which languages to expect.</summary>
    public LanguageOptions Language { get; init; } = LanguageOptions.Default;

    /// <summary>Terms or text that bias recognition; cut to <see cref="TranscriptionEngine.MaxContextTokens"/>.</summary>
    public string Context { get; init; } = "";

    /// <summary>Whether segments carry words with estimated times.</summary>
    public bool Words { get; init; } = true;

    /// <summary>Whether segments carry their audio, for whoever aligns them.</summary>
    public bool Samples { get; init; }
}

/// <summary>A finished segment of a recording.</summary>
/// <param name="Index">Counts the recording's segments from 0.</param>
/// <param name="Channel">The channel; 0 where channels were mixed.</param>
/// <param name="Start">Offset of its first sample.</param>
/// <param name="End">Offset of the sample after its last.</param>
public sealed record FileSegment(int Index, int Channel, TimeSpan Start, TimeSpan End)
{
    /// <summary>Result of the segment's decoding.</summary>
    public required SegmentResult Result { get; init; }

    /// <summary>Its words; empty where they were not asked for.</summary>
    public IReadOnlyList<TranscriptWord> Words { get; init; } = [];

    /// <summary>Null where none was decided on.</summary>
    public Language? Language { get; init; }

    /// <summary>Probability that the model gave the language; null where it was forced.</summary>
    public float? LanguageProbability { get; init; }

    /// <summary>Confidence of the text; null where there is none.</summary>
    public float? Confidence { get; init; }

    /// <summary>Its audio, 16 kHz mono, as it was decoded; empty where it was not asked for.</summary>
    public ReadOnlyMemory<float> Samples { get; init; }
}

/// <summary>How far a recording is.</summary>
/// <param name="Read">Audio decoded so far.</param>
/// <param name="Processed">Audio whose segments are out.</param>
/// <param name="Total">The recording's length; null while unknown.</param>
public readonly record struct FileTranscriptionProgress(TimeSpan Read, TimeSpan Processed, TimeSpan? Total);
