namespace AsrService.Models.Configuration;

/// <summary>
/// Reads <c>audio_config</c>. Newer -hf folders use the names that follow the original ones in each list.
/// </summary>
internal static class AudioConfigReader
{
    public static AudioConfig Read(JsonSection section)
    {
        string activation = section.OptionalText("activation_function") ?? "gelu";
        if (activation != "gelu") throw section.Wrong("activation_function", "gelu", activation);
        if (section.OptionalFlag("scale_embedding") == true) throw section.Wrong("scale_embedding", "false", "true");

        var audio = new AudioConfig
        {
            MelBins = section.Integer(1, 1024, "num_mel_bins"),
            ConvChannels = section.Integer(1, 8192, "downsample_hidden_size"),
            Width = section.Integer(4, 65536, "d_model", "hidden_size"),
            Layers = section.Integer(1, 256, "encoder_layers", "num_hidden_layers"),
            Heads = section.Integer(1, 1024, "encoder_attention_heads", "num_attention_heads"),
            FfnSize = section.Integer(1, 262144, "encoder_ffn_dim", "intermediate_size"),
            OutputSize = section.Integer(1, 65536, "output_dim"),
            HalfChunkFrames = section.Integer(1, 5000, "n_window"),
            WindowFrames = section.Integer(2, 1_000_000, "n_window_infer"),
        };
        Check(section, audio);
        return audio;
    }

    private static void Check(JsonSection section, AudioConfig audio)
    {
        if (audio.MelBins != FrontEndConfig.MelBins)
            throw section.Wrong("num_mel_bins", $"{FrontEndConfig.MelBins}", $"{audio.MelBins}");
        if (audio.Width % 2 != 0) throw section.Wrong("d_model", "an even number", $"{audio.Width}");
        if (audio.Width % audio.Heads != 0)
            throw section.Wrong("encoder_attention_heads", $"a divisor of d_model {audio.Width}", $"{audio.Heads}");
        string wholeChunks = $"a multiple of 2 x n_window = {audio.ChunkFrames}";
        if (audio.WindowFrames % audio.ChunkFrames != 0)
            throw section.Wrong("n_window_infer", wholeChunks, $"{audio.WindowFrames}");
        if (section.OptionalInteger(1, 1024, "num_key_value_heads") is { } kvHeads && kvHeads != audio.Heads)
            throw section.Wrong("num_key_value_heads", $"as many as heads, {audio.Heads}", $"{kvHeads}");
    }
}
