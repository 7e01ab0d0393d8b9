using System.Globalization;
using AsrService.Kernels;
using AsrService.Models.Configuration;

namespace AsrService.Models.Checkpoints;

/// <summary>A tensor that a model of some configuration consists of.</summary>
/// <param name="Name">Canonical name: the original one without <c>thinker.</c>.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="IsRequired">False for the output head of tied embeddings, which the embedding replaces.</param>
public sealed record ExpectedTensor(string Name, Shape Shape, bool IsRequired = true);

/// <summary>The complete list of tensors of a model.</summary>
public static class CheckpointTensors
{
    /// <summary>The token embedding, [vocabulary, hidden].</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>The output head, [vocabulary or time classes, hidden].</summary>
    public const string OutputHead = "lm_head.weight";

    /// <summary>Every tensor of a transcriber or an aligner, in no promised order.</summary>
    public static IReadOnlyList<ExpectedTensor> Expected(ModelConfig config)
    {
        var list = new List<ExpectedTensor>();
        AddEncoder(list, config.Audio);
        AddDecoder(list, config.Text);
        bool headRequired = config.Aligner is not null || !config.Text.TiesEmbeddings;
        list.Add(new ExpectedTensor(OutputHead, new Shape(config.OutputClasses, config.Text.HiddenSize), headRequired));
        return list;
    }

    /// <summary>Numbers the model consists of; embeddings that are also the output head count once.</summary>
    public static long ParameterCount(ModelConfig config) =>
        Expected(config).Where(tensor => tensor.IsRequired).Sum(tensor => tensor.Shape.Count);

    private static void AddEncoder(List<ExpectedTensor> list, AudioConfig audio)
    {
        int channels = audio.ConvChannels, width = audio.Width;
        for (int i = 1; i <= 3; i++)
        {
            Add(list, Invariant($"audio_tower.conv2d{i}.weight"), channels, i == 1 ? 1 : channels, 3, 3);
            Add(list, Invariant($"audio_tower.conv2d{i}.bias"), channels);
        }

        Add(list, "audio_tower.conv_out.weight", width, audio.ConvFeatures);
        for (int layer = 0; layer < audio.Layers; layer++)
        {
            string prefix = Invariant($"audio_tower.layers.{layer}.");
            foreach (string projection in new[] { "q_proj", "k_proj", "v_proj", "out_proj" })
                AddLinear(list, $"{prefix}self_attn.{projection}", width, width);
            AddNorm(list, $"{prefix}self_attn_layer_norm", width);
            AddLinear(list, $"{prefix}fc1", audio.FfnSize, width);
            AddLinear(list, $"{prefix}fc2", width, audio.FfnSize);
            AddNorm(list, $"{prefix}final_layer_norm", width);
        }

        AddNorm(list, "audio_tower.ln_post", width);
        AddLinear(list, "audio_tower.proj1", width, width);
        AddLinear(list, "audio_tower.proj2", audio.OutputSize, width);
    }

    private static void AddDecoder(List<ExpectedTensor> list, TextConfig text)
    {
        int hidden = text.HiddenSize;
        Add(list, Embedding, text.VocabularySize, hidden);
        for (int layer = 0; layer < text.Layers; layer++)
        {
            string prefix = Invariant($"model.layers.{layer}.");
            Add(list, $"{prefix}input_layernorm.weight", hidden);
            Add(list, $"{prefix}self_attn.q_proj.weight", text.QuerySize, hidden);
            Add(list, $"{prefix}self_attn.k_proj.weight", text.KvSize, hidden);
            Add(list, $"{prefix}self_attn.v_proj.weight", text.KvSize, hidden);
            Add(list, $"{prefix}self_attn.o_proj.weight", hidden, text.QuerySize);
            Add(list, $"{prefix}self_attn.q_norm.weight", text.HeadSize);
            Add(list, $"{prefix}self_attn.k_norm.weight", text.HeadSize);
            Add(list, $"{prefix}post_attention_layernorm.weight", hidden);
            Add(list, $"{prefix}mlp.gate_proj.weight", text.FfnSize, hidden);
            Add(list, $"{prefix}mlp.up_proj.weight", text.FfnSize, hidden);
            Add(list, $"{prefix}mlp.down_proj.weight", hidden, text.FfnSize);
        }

        Add(list, "model.norm.weight", hidden);
    }

    private static void AddLinear(List<ExpectedTensor> list, string name, int outputs, int inputs)
    {
        Add(list, $"{name}.weight", outputs, inputs);
        Add(list, $"{name}.bias", outputs);
    }

    private static void AddNorm(List<ExpectedTensor> list, string name, int width)
    {
        Add(list, $"{name}.weight", width);
        Add(list, $"{name}.bias", width);
    }

    private static void Add(List<ExpectedTensor> list, string name, params ReadOnlySpan<int> dims) =>
        list.Add(new ExpectedTensor(name, new Shape(dims)));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
