namespace AsrService.Models.Configuration;

/// <summary>
/// Reads <c>text_config</c>; its rotary settings are <c>rope_theta</c> or <c>rope_parameters.rope_theta</c>.
/// </summary>
internal static class TextConfigReader
{
    /// <param name="section">The section.</param>
    /// <param name="tied">What the file says about tied embeddings; null when it is silent.</param>
    public static TextConfig Read(JsonSection section, bool? tied)
    {
        string activation = section.OptionalText("hidden_act") ?? "silu";
        if (activation != "silu") throw section.Wrong("hidden_act", "silu", activation);
        if (section.OptionalFlag("attention_bias") == true) throw section.Wrong("attention_bias", "false", "true");
        if (section.OptionalFlag("use_sliding_window") == true)
            throw section.Wrong("use_sliding_window", "false", "true");

        var text = new TextConfig
        {
            VocabularySize = section.Integer(2, 1 << 20, "vocab_size"),
            HiddenSize = section.Integer(1, 65536, "hidden_size"),
            FfnSize = section.Integer(1, 262144, "intermediate_size"),
            Layers = section.Integer(1, 256, "num_hidden_layers"),
            Heads = section.Integer(1, 1024, "num_attention_heads"),
            KvHeads = section.Integer(1, 1024, "num_key_value_heads"),
            HeadSize = section.Integer(2, 1024, "head_dim"),
            RmsNormEpsilon = (float)section.Number(1e-12, 1, "rms_norm_eps"),
            RopeTheta = ReadRopeTheta(section),
            MaxPositions = section.Integer(1, 1 << 24, "max_position_embeddings"),
            TiesEmbeddings = tied ?? true, // decides only whether a missing lm_head.weight is an error
        };
        if (text.HeadSize % 2 != 0) throw section.Wrong("head_dim", "an even number", $"{text.HeadSize}");
        string divisor = $"a divisor of num_attention_heads {text.Heads}";
        if (text.Heads % text.KvHeads != 0) throw section.Wrong("num_key_value_heads", divisor, $"{text.KvHeads}");
        return text;
    }

    private static double ReadRopeTheta(JsonSection section)
    {
        var parameters = section.OptionalSection("rope_parameters");
        foreach (var rope in new[] { section.OptionalSection("rope_scaling"), parameters })
        {
            if (rope is not null) RequirePlainRope(rope);
        }

        const double Min = 1, Max = 1e12;
        return section.OptionalNumber(Min, Max, "rope_theta")
            ?? parameters?.Number(Min, Max, "rope_theta")
            ?? section.Number(Min, Max, "rope_theta");
    }

    // The multi-axis form ("mrope_section") reduces to the plain one, because the three positions are always equal.
    private static void RequirePlainRope(JsonSection rope)
    {
        string name = rope.Has("rope_type") ? "rope_type" : "type";
        string type = rope.OptionalText(name) ?? "default";
        if (type != "default") throw rope.Wrong(name, "default", type);
        if (rope.OptionalNumber(0, 1, "partial_rotary_factor") is { } part && part != 1)
            throw rope.Wrong("partial_rotary_factor", "1", FormattableString.Invariant($"{part}"));
    }
}
