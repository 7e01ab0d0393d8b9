namespace AsrService.Client;

/// <summary>A language as an answer names it.</summary>
/// <param name="Tag">As <c>zh</c>; empty where none was decided.</param>
/// <param name="Name">The model's own name, as <c>Chinese</c>.</param>
/// <param name="Probability">0 to 1; null where it was not detected.</param>
public sealed record Language(string Tag, string Name, float? Probability);

/// <summary>A word, or a single character of a script that writes without spaces.</summary>
/// <param name="Text">As displayed, with the punctuation that touches it.</param>
/// <param name="Start">Where it begins, from the first sample.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Confidence">0 to 1; null where none was computed.</param>
/// <param name="IsAligned">Whether the times are from the aligner rather than estimated.</param>
/// <param name="IsStable">In a partial: whether it lies in the stable text.</param>
public sealed record Word(string Text, TimeSpan Start, TimeSpan End, float? Confidence, bool IsAligned, bool IsStable);

/// <summary>Something a reader should know of a text. Services may add values.</summary>
public enum QualityRemark
{
    /// <summary>Never sent.</summary>
    None = 0,

    /// <summary>The confidence of the whole text is low.</summary>
    LowConfidence = 1,

    /// <summary>A repetition loop was cut off.</summary>
    RepetitionCut = 2,

    /// <summary>Judged to hold no speech; the text is empty.</summary>
    NonSpeech = 3,

    /// <summary>Samples at full scale: the recording is clipped.</summary>
    ClippedAudio = 4,

    /// <summary>The model repeated the biasing words; that text was dropped.</summary>
    ContextEcho = 5,

    /// <summary>More text than that much audio can hold was cut off.</summary>
    TokenBudget = 6,
}

/// <summary>What something unusual is about. Services may add values.</summary>
public enum WarningCode
{
    /// <summary>Never sent.</summary>
    None = 0,

    /// <summary>The audio is not at the model's 16 kHz and is resampled.</summary>
    Resampled = 1,

    /// <summary>The detected language changed from one final to the next.</summary>
    LanguageSwitched = 2,

    /// <summary>Terms and context exceed what the model takes.</summary>
    BiasingTruncated = 3,

    /// <summary>Aligned times were preferred and do not come.</summary>
    WordTimesUnavailable = 4,
}

/// <summary>Something unusual that does not end the call.</summary>
/// <param name="Code">What it is about.</param>
/// <param name="Message">For people, in English; holds no transcript.</param>
/// <param name="ResultId">The result or segment concerned; empty where it concerns the whole call.</param>
public sealed record Warning(WarningCode Code, string Message, string ResultId);

/// <summary>The model that answers.</summary>
/// <param name="Name">The name to ask for.</param>
/// <param name="Revision">Identifies the weights.</param>
/// <param name="IsDemonstration">Whether it is bundled, knows a closed domain only and is no measure of recognition.</param>
/// <param name="Notice">The line to show beside results of such a model; empty for others.</param>
public sealed record ModelInfo(string Name, string Revision, bool IsDemonstration, string Notice);

/// <summary>A finished piece of a recording.</summary>
/// <param name="SegmentId">Unique in its call.</param>
/// <param name="Text">Empty where the guards found no speech.</param>
/// <param name="Start">Where it begins, from the first sample.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Words">In order; empty with <see cref="WordTimes.None"/>.</param>
/// <param name="Language">The language it was decoded in.</param>
/// <param name="Confidence">0 to 1; null where there is no text.</param>
/// <param name="Channel">From 0; 0 where channels were mixed.</param>
/// <param name="Remarks">What to know of the text; empty mostly.</param>
public sealed record Segment(
    string SegmentId, string Text, TimeSpan Start, TimeSpan End, IReadOnlyList<Word> Words, Language? Language,
    float? Confidence, int Channel, IReadOnlyList<QualityRemark> Remarks);

/// <summary>The transcript of a short recording.</summary>
/// <param name="Text">The texts of all segments, joined as their language writes them.</param>
/// <param name="Segments">The pieces, in order of start, then channel.</param>
/// <param name="Duration">How long the recording is.</param>
/// <param name="Model">That recognized it.</param>
/// <param name="Warnings">What was unusual.</param>
public sealed record Transcript(
    string Text, IReadOnlyList<Segment> Segments, TimeSpan Duration, ModelInfo Model, IReadOnlyList<Warning> Warnings);
