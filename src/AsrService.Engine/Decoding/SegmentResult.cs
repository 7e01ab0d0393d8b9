namespace AsrService.Engine.Decoding;

/// <summary>What a user should know about a transcript's making.</summary>
[Flags]
public enum SegmentRemarks
{
    /// <summary>Nothing to remark.</summary>
    None = 0,

    /// <summary>No speech was found, so there is no text.</summary>
    NonSpeech = 1,

    /// <summary>The model began to repeat itself without end and was stopped.</summary>
    RepetitionCut = 2,

    /// <summary>The text was nothing but the caller's context said back, and was dropped.</summary>
    ContextEcho = 4,

    /// <summary>The token budget ended the text; more may have been said.</summary>
    Truncated = 8,

    /// <summary>The text's tokens have a probability below one half, in their geometric mean.</summary>
    LowConfidence = 16,

    /// <summary>One sample in a thousand or more is at full scale: the recording is clipped.</summary>
    ClippedAudio = 32,
}

/// <summary>Time spent on a segment; of work shared in a batch, its share by positions.</summary>
public readonly record struct StageTimes(TimeSpan Mel, TimeSpan Encoder, TimeSpan Prefill, TimeSpan Decode)
{
    /// <summary>All stages.</summary>
    public TimeSpan Total => Mel + Encoder + Prefill + Decode;

    /// <summary>Stage by stage.</summary>
    public static StageTimes operator +(StageTimes a, StageTimes b) =>
        new(a.Mel + b.Mel, a.Encoder + b.Encoder, a.Prefill + b.Prefill, a.Decode + b.Decode);

    /// <inheritdoc cref="op_Addition"/>
    public static StageTimes Add(StageTimes left, StageTimes right) => left + right;
}

/// <summary>The final transcript of a segment.</summary>
public sealed record SegmentResult
{
    /// <summary>Official English name; empty when the model named none.</summary>
    public required string Language { get; init; }

    /// <summary>The transcript; empty without speech.</summary>
    public required string Text { get; init; }

    /// <summary>The prompt as it was fed; empty when silence kept the model from running.</summary>
    public required IReadOnlyList<int> PromptIds { get; init; }

    /// <summary>What the model answered, language prefix included, end-of-text excluded, before any guard touched the text.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>Softmax probability of each of <see cref="TokenIds"/>.</summary>
    public required IReadOnlyList<float> TokenProbabilities { get; init; }

    /// <summary>Remarks.</summary>
    public SegmentRemarks Remarks { get; init; }

    /// <summary>Time spent.</summary>
    public StageTimes Times { get; init; }
}
