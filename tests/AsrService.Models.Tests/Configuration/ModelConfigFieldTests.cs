using System.Text.Json.Nodes;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Configuration;

[Trait("Category", "Unit")]
public class ModelConfigFieldTests
{
    private const string Audio = "thinker_config.audio_config.", Text = "thinker_config.text_config.";

    [Theory]
    [InlineData(Audio + "num_mel_bins"), InlineData(Audio + "downsample_hidden_size"), InlineData(Audio + "d_model")]
    [InlineData(Audio + "encoder_layers"), InlineData(Audio + "encoder_attention_heads"), InlineData(Audio + "encoder_ffn_dim")]
    [InlineData(Audio + "output_dim"), InlineData(Audio + "n_window"), InlineData(Audio + "n_window_infer")]
    [InlineData(Text + "vocab_size"), InlineData(Text + "hidden_size"), InlineData(Text + "intermediate_size")]
    [InlineData(Text + "num_hidden_layers"), InlineData(Text + "num_attention_heads"), InlineData(Text + "num_key_value_heads")]
    [InlineData(Text + "head_dim"), InlineData(Text + "rms_norm_eps"), InlineData(Text + "rope_theta")]
    [InlineData(Text + "max_position_embeddings"), InlineData("thinker_config.audio_token_id")]
    [InlineData("thinker_config.audio_config"), InlineData("thinker_config.text_config")]
    [InlineData("timestamp_token_id"), InlineData("timestamp_segment_time")]
    public void Read_MissingField_NamesItsPath(string path)
    {
        Expect(path, remove: true, null, path, "nothing");
        Expect(path, remove: false, null, path, "nothing"); // null is as good as absent
    }

    [Theory]
    [InlineData(Audio + "encoder_layers", "0", "1..256"), InlineData(Audio + "encoder_layers", "257", "1..256")]
    [InlineData(Audio + "d_model", "65538", "4..65536"), InlineData(Audio + "d_model", "-16", "4..65536")]
    [InlineData(Audio + "d_model", "16.5", "whole number"), InlineData(Audio + "d_model", "\"16\"", "whole number")]
    [InlineData(Audio + "d_model", "99999999999999999999", "whole number"), InlineData(Audio + "d_model", "[16]", "whole number")]
    [InlineData(Audio + "d_model", "15", "even"), InlineData(Audio + "encoder_attention_heads", "3", "divisor of d_model 16")]
    [InlineData(Audio + "num_mel_bins", "80", "128"), InlineData(Audio + "n_window_infer", "850", "multiple of 2 x n_window = 100")]
    [InlineData(Audio + "output_dim", "32", "text_config.hidden_size 16"), InlineData(Audio + "activation_function", "\"relu\"", "gelu")]
    [InlineData(Audio + "scale_embedding", "true", "false"), InlineData(Audio + "scale_embedding", "1", "true or false")]
    [InlineData(Audio + "num_key_value_heads", "1", "as many as heads")]
    [InlineData(Text + "num_hidden_layers", "100000", "1..256"), InlineData(Text + "vocab_size", "2000000", "2..1048576")]
    [InlineData(Text + "head_dim", "7", "even"), InlineData(Text + "num_key_value_heads", "3", "divisor of num_attention_heads 4")]
    [InlineData(Text + "hidden_act", "\"gelu\"", "silu"), InlineData(Text + "hidden_act", "5", "a string")]
    [InlineData(Text + "attention_bias", "true", "false"), InlineData(Text + "use_sliding_window", "true", "false")]
    [InlineData(Text + "rms_norm_eps", "0", "a number in"), InlineData(Text + "rope_theta", "1e999", "a number in")]
    [InlineData(Text + "rope_scaling", "{\"rope_type\":\"yarn\"}", "default"), InlineData(Text + "rope_scaling", "{\"type\":\"linear\"}", "default")]
    [InlineData(Text + "rope_parameters", "{\"rope_type\":\"llama3\"}", "default"), InlineData(Text + "rope_parameters", "3", "an object")]
    [InlineData(Text + "rope_parameters", "{\"partial_rotary_factor\":0.5}", "1")]
    [InlineData("thinker_config.audio_token_id", "320", "0..319"), InlineData("thinker_config.classify_num", "1", "2..1048576")]
    [InlineData("timestamp_token_id", "-1", "0..319"), InlineData("timestamp_segment_time", "0", "1..10000")]
    [InlineData("token_classification_bias", "true", "false"), InlineData("support_languages", "[1]", "a string")]
    [InlineData("support_languages", "\"English\"", "an array of strings"), InlineData("thinker_config", "7", "an object")]
    public void Read_WrongValue_NamesPathAndExpectation(string path, string value, string expected) =>
        Expect(path, remove: false, JsonNode.Parse(value), path.Split('.')[^1], expected);

    [Theory]
    [InlineData("feature_size", "80", "128"), InlineData("sampling_rate", "8000", "16000"), InlineData("n_fft", "512", "400")]
    [InlineData("hop_length", "200", "160"), InlineData("dither", "0.1", "0"), InlineData("do_normalize", "true", "false")]
    public void Open_OtherFrontEnd_NamesFileAndField(string field, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        foreach (var (naming, file) in new[] { (CheckpointNaming.Original, "preprocessor_config.json"), (CheckpointNaming.Hf, "processor_config.json") })
        {
            string path = new CheckpointBuilder(TinyConfigs.Asr) { Naming = naming }.Write(folder.At(naming.ToString()));
            string name = Path.Combine(path, file);
            var json = JsonNode.Parse(File.ReadAllText(name))!;
            var section = json["feature_extractor"] ?? json;
            section[field] = JsonNode.Parse(value);
            File.WriteAllText(name, json.ToJsonString());

            CheckpointAssert.Throws(() => Models.Configuration.ModelConfig.Read(path), file, field, expected, value);
        }
    }

    [Fact]
    public void Read_GenerationConfig_GivesTheEndIds()
    {
        using var folder = new TemporaryFolder();
        string path = new CheckpointBuilder(TinyConfigs.Asr).Write(folder.Path);
        string file = Path.Combine(path, "generation_config.json");

        Assert.Equal([300, 302], Models.Configuration.ModelConfig.Read(path).EosTokenIds);
        File.WriteAllText(file, """{"eos_token_id": 302}""");
        Assert.Equal([302], Models.Configuration.ModelConfig.Read(path).EosTokenIds);
        File.WriteAllText(file, """{"eos_token_id": [302, 320]}""");
        CheckpointAssert.Throws(() => Models.Configuration.ModelConfig.Read(path), "generation_config.json: eos_token_id[1]", "0..319", "320");
        File.Delete(file);
        Assert.Empty(Models.Configuration.ModelConfig.Read(path).EosTokenIds);
    }

    private static void Expect(string path, bool remove, JsonNode? value, params string[] parts)
    {
        var json = ConfigJson.Write(TinyConfigs.Aligner);
        string[] names = path.Split('.');
        JsonNode parent = json;
        foreach (string name in names[..^1]) parent = parent[name]!;
        if (remove) parent.AsObject().Remove(names[^1]);
        else parent[names[^1]] = value;

        CheckpointAssert.Throws(() => ModelConfigTests.Parse(json), ["some/config.json", .. parts]);
    }
}
