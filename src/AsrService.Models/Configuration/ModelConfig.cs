using AsrService.Models.Checkpoints;

namespace AsrService.Models.Configuration;

/// <summary>What a checkpoint says about itself in its JSON files, checked and free of their naming.</summary>
public sealed record ModelConfig
{
    /// <summary>The audio encoder.</summary>
    public required AudioConfig Audio { get; init; }

    /// <summary>The text decoder.</summary>
    public required TextConfig Text { get; init; }

    /// <summary>Id of <c>&lt;|audio_pad|&gt;</c>, whose rows the encoder's output replaces.</summary>
    public required int AudioTokenId { get; init; }

    /// <summary>
    /// Id of <c>&lt;|audio_start|&gt;</c>; null when only the tokenizer says it, as in <c>-hf</c> folders.
    /// </summary>
    public int? AudioStartTokenId { get; init; }

    /// <summary>
    /// Id of <c>&lt;|audio_end|&gt;</c>; null when only the tokenizer says it, as in <c>-hf</c> folders.
    /// </summary>
    public int? AudioEndTokenId { get; init; }

    /// <summary>
    /// Ids that end a transcript, from <c>generation_config.json</c>. Empty when the folder has none: then the
    /// tokenizer's <c>&lt;|im_end|&gt;</c> and <c>&lt;|endoftext|&gt;</c> do.
    /// </summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>English names of the languages the model was trained on; empty when the folder does not say.</summary>
    public IReadOnlyList<string> SupportedLanguages { get; init; } = [];

    /// <summary>What only a forced aligner has; null for a transcriber.</summary>
    public AlignerConfig? Aligner { get; init; }

    /// <summary>Rows of the output head: time classes of an aligner, else the vocabulary.</summary>
    public int OutputClasses => Aligner?.Classes ?? Text.VocabularySize;

    /// <summary>Reads and checks the JSON files of a checkpoint folder; its weights are not touched.</summary>
    /// <exception cref="CheckpointException">
    /// A file or a required field is missing, a value is out of range, or the model is not one that is implemented.
    /// </exception>
    public static ModelConfig Read(string folder) => ModelConfigReader.Read(folder, OutputHeadFacts.Unknown);
}

/// <summary>The forced aligner's classification head.</summary>
/// <param name="Classes">Time classes; class n means n × <paramref name="ClassDuration"/>.</param>
/// <param name="TimestampTokenId">Id of <c>&lt;timestamp&gt;</c>, the token at which a time is read off.</param>
/// <param name="ClassDuration">Time from one class to the next. 80 ms in the published checkpoint.</param>
public sealed record AlignerConfig(int Classes, int TimestampTokenId, TimeSpan ClassDuration);

/// <summary>What the weights tell about the output head where config.json is silent.</summary>
/// <param name="IsScore">The head is stored as <c>score.weight</c>, which only an aligner has.</param>
/// <param name="Rows">Rows of the stored head; null when there is none or the weights were not read.</param>
internal readonly record struct OutputHeadFacts(bool IsScore, int? Rows)
{
    public static OutputHeadFacts Unknown => default;
}
