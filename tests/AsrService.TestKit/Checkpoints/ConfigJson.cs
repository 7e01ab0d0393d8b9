using System.Text.Json.Nodes;
using AsrService.Models.Configuration;

namespace AsrService.TestKit;

/// <summary>
/// Writes a configuration as the config.json of either naming: the inverse of what the product reads.
/// </summary>
public static class ConfigJson
{
    /// <summary>A document of its own, which a test may spoil.</summary>
    public static JsonObject Write(ModelConfig config, CheckpointNaming naming = CheckpointNaming.Original) =>
        naming == CheckpointNaming.Original ? Original(config) : Hf(config, naming);

    /// <summary>The preprocessor_config.json of every published checkpoint.</summary>
    public static JsonObject FrontEnd() => new()
    {
        ["chunk_length"] = 30,
        ["dither"] = 0.0,
        ["feature_extractor_type"] = "WhisperFeatureExtractor",
        ["feature_size"] = 128,
        ["hop_length"] = 160,
        ["n_fft"] = 400,
        ["n_samples"] = 480000,
        ["padding_side"] = "right",
        ["padding_value"] = 0.0,
        ["sampling_rate"] = 16000,
    };

    private static JsonObject Original(ModelConfig config)
    {
        var thinker = new JsonObject
        {
            ["model_type"] = config.Aligner is null ? "qwen3_asr" : "qwen3_forced_aligner",
            ["architectures"] = new JsonArray("Qwen3ASRForConditionalGeneration"),
            ["audio_config"] = Audio(config.Audio, CheckpointNaming.Original),
            ["text_config"] = Text(config.Text, CheckpointNaming.Original),
            ["audio_token_id"] = config.AudioTokenId,
            ["audio_start_token_id"] = config.AudioStartTokenId,
            ["audio_end_token_id"] = config.AudioEndTokenId,
            ["dtype"] = "bfloat16",
        };
        if (config.Aligner is not null) thinker["classify_num"] = config.Aligner.Classes;
        var root = new JsonObject
        {
            ["architectures"] = new JsonArray("Qwen3ASRForConditionalGeneration"),
            ["model_type"] = "qwen3_asr",
            ["support_languages"] = new JsonArray([.. config.SupportedLanguages.Select(name => JsonValue.Create(name))]),
            ["thinker_config"] = thinker,
            ["transformers_version"] = "4.57.6",
        };
        return WithTimestamps(root, config.Aligner);
    }

    private static JsonObject Hf(ModelConfig config, CheckpointNaming naming)
    {
        string task = config.Aligner is null ? "ForConditionalGeneration" : "ForTokenClassification";
        var root = new JsonObject
        {
            ["architectures"] = new JsonArray($"Qwen3ASR{task}"),
            ["audio_config"] = Audio(config.Audio, naming),
            ["audio_token_id"] = config.AudioTokenId,
            ["dtype"] = "bfloat16",
            ["model_type"] = "qwen3_asr",
            ["text_config"] = Text(config.Text, naming),
            ["tie_word_embeddings"] = true, // a class default that aligners carry too; text_config is what counts
        };
        // Today's folders keep the number of labels only as the size of id2label, so that the head's shape must serve.
        if (naming == CheckpointNaming.EarlyHf) root["num_labels"] = config.Aligner?.Classes;
        return WithTimestamps(root, config.Aligner);
    }

    private static JsonObject WithTimestamps(JsonObject root, AlignerConfig? aligner)
    {
        if (aligner is null) return root;
        root["timestamp_token_id"] = aligner.TimestampTokenId;
        root["timestamp_segment_time"] = (int)aligner.ClassDuration.TotalMilliseconds;
        return root;
    }

    private static JsonObject Audio(AudioConfig audio, CheckpointNaming naming)
    {
        var json = new JsonObject
        {
            ["activation_function"] = "gelu",
            ["d_model"] = audio.Width,
            ["downsample_hidden_size"] = audio.ConvChannels,
            ["encoder_ffn_dim"] = audio.FfnSize,
            ["encoder_layers"] = audio.Layers,
            ["n_window"] = audio.HalfChunkFrames,
            ["n_window_infer"] = audio.WindowFrames,
            ["num_mel_bins"] = audio.MelBins,
            ["output_dim"] = audio.OutputSize,
            ["scale_embedding"] = false,
        };
        json[naming == CheckpointNaming.Hf ? "num_attention_heads" : "encoder_attention_heads"] = audio.Heads;
        if (naming == CheckpointNaming.Original)
        {
            json["model_type"] = "qwen3_asr_audio_encoder";
            json["max_source_positions"] = 1500;
            json["conv_chunksize"] = 500;
        }
        else
        {
            json["num_key_value_heads"] = audio.Heads;
            json["max_position_embeddings"] = 13;
        }

        return json;
    }

    private static JsonObject Text(TextConfig text, CheckpointNaming naming)
    {
        var json = new JsonObject
        {
            ["attention_bias"] = false,
            ["head_dim"] = text.HeadSize,
            ["hidden_act"] = "silu",
            ["hidden_size"] = text.HiddenSize,
            ["intermediate_size"] = text.FfnSize,
            ["max_position_embeddings"] = text.MaxPositions,
            ["model_type"] = "qwen3",
            ["num_attention_heads"] = text.Heads,
            ["num_hidden_layers"] = text.Layers,
            ["num_key_value_heads"] = text.KvHeads,
            ["rms_norm_eps"] = text.RmsNormEpsilon,
            ["tie_word_embeddings"] = text.TiesEmbeddings,
            ["vocab_size"] = text.VocabularySize,
        };
        if (naming == CheckpointNaming.Hf)
        {
            json["rope_parameters"] = new JsonObject { ["rope_theta"] = text.RopeTheta, ["rope_type"] = "default" };
            return json;
        }

        json["rope_theta"] = text.RopeTheta;
        json["rope_scaling"] = new JsonObject { ["rope_type"] = "default", ["type"] = "default" };
        return json;
    }
}
