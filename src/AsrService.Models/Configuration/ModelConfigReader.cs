namespace AsrService.Models.Configuration;

/// <summary>
/// Reads <see cref="ModelConfig"/> from a checkpoint folder in either naming: the original, nested in
/// <c>thinker_config</c>, and that of the <c>-hf</c> folders, of which two generations of key names are in use.
/// </summary>
/// <remarks>
/// Nothing is taken from the Python classes' defaults: they are those of another model. Fields that would change what
/// the model computes and that are not implemented are refused rather than ignored.
/// </remarks>
internal static class ModelConfigReader
{
    private const string AlignerArchitecture = "Qwen3ASRForTokenClassification";
    private const int MaxVocabulary = 1 << 20;

    public static ModelConfig Read(string folder, OutputHeadFacts head)
    {
        var config = JsonFile.Read(Path.Combine(folder, "config.json"), root => Read(root, head));
        FrontEndConfig.Check(folder);
        string generation = Path.Combine(folder, "generation_config.json");
        return config with
        {
            EosTokenIds = JsonFile.ReadOptional<IReadOnlyList<int>>(
                generation, [], root => root.Integers(0, config.Text.VocabularySize - 1, "eos_token_id")),
        };
    }

    /// <summary>Reads the content of config.json alone.</summary>
    public static ModelConfig Read(JsonSection root, OutputHeadFacts head)
    {
        CheckArchitecture(root);
        var thinker = root.OptionalSection("thinker_config") ?? root;
        var audio = AudioConfigReader.Read(thinker.Section("audio_config"));
        var textSection = thinker.Section("text_config");
        bool? tied = textSection.OptionalFlag("tie_word_embeddings") ?? thinker.OptionalFlag("tie_word_embeddings");
        var text = TextConfigReader.Read(textSection, tied);
        if (audio.OutputSize != text.HiddenSize)
        {
            throw thinker.Wrong(
                "audio_config.output_dim", $"text_config.hidden_size {text.HiddenSize}", $"{audio.OutputSize}");
        }

        int lastId = text.VocabularySize - 1;
        return new ModelConfig
        {
            Audio = audio,
            Text = text,
            AudioTokenId = thinker.Integer(0, lastId, "audio_token_id"),
            AudioStartTokenId = thinker.OptionalInteger(0, lastId, "audio_start_token_id"),
            AudioEndTokenId = thinker.OptionalInteger(0, lastId, "audio_end_token_id"),
            SupportedLanguages = root.Texts("support_languages"),
            Aligner = IsAligner(root, thinker, head) ? ReadAligner(root, thinker, lastId, head) : null,
        };
    }

    private static void CheckArchitecture(JsonSection root)
    {
        string? type = root.OptionalText("model_type");
        var architectures = root.Texts("architectures");
        if (type is not null && (type.StartsWith("qwen3_asr", StringComparison.Ordinal) || IsAlignerType(type))) return;
        if (architectures.Any(name => name.StartsWith("Qwen3ASR", StringComparison.Ordinal))) return;

        string found = $"model_type {type ?? "(none)"}, architectures [{string.Join(", ", architectures)}]";
        throw root.Wrong("model_type", "qwen3_asr (architecture Qwen3ASRForConditionalGeneration)", found);
    }

    private static bool IsAligner(JsonSection root, JsonSection thinker, OutputHeadFacts head) =>
        head.IsScore
        || thinker.Has("classify_num")
        || IsAlignerType(thinker.OptionalText("model_type"))
        || root.Texts("architectures").Contains(AlignerArchitecture)
        || thinker.Texts("architectures").Contains(AlignerArchitecture);

    private static bool IsAlignerType(string? type) =>
        type?.Contains("forced_aligner", StringComparison.Ordinal) == true;

    private static AlignerConfig ReadAligner(JsonSection root, JsonSection thinker, int lastId, OutputHeadFacts head)
    {
        if (root.OptionalFlag("token_classification_bias") == true)
            throw root.Wrong("token_classification_bias", "false", "true");

        int? classes = thinker.OptionalInteger(2, MaxVocabulary, "classify_num")
            ?? root.OptionalInteger(2, MaxVocabulary, "num_labels")
            ?? head.Rows;
        double milliseconds = root.Number(1, 10_000, "timestamp_segment_time");
        return new AlignerConfig(
            classes ?? throw thinker.Wrong("classify_num", "the number of time classes", "nothing"),
            root.Integer(0, lastId, "timestamp_token_id"),
            TimeSpan.FromMilliseconds(milliseconds));
    }
}
