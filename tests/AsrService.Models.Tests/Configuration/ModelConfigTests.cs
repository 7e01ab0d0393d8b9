using System.Text;
using System.Text.Json.Nodes;
using AsrService.Models.Configuration;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Configuration;

[Trait("Category", "Unit")]
public class ModelConfigTests
{
    public static TheoryData<string, CheckpointNaming> Official()
    {
        var data = new TheoryData<string, CheckpointNaming>();
        foreach (string name in new[] { "0.6B", "1.7B", "aligner" })
            foreach (var naming in Enum.GetValues<CheckpointNaming>()) data.Add(name, naming);
        return data;
    }

    [Theory, MemberData(nameof(Official))]
    public void Read_OfficialConfig_GivesTheSameModelInEveryNaming(string name, CheckpointNaming naming)
    {
        var official = Named(name);

        var read = Parse(ConfigJson.Write(official, naming), new OutputHeadFacts(false, official.OutputClasses));

        Assert.Equal(official.Audio, read.Audio);
        Assert.Equal(official.Text, read.Text);
        Assert.Equal(official.Aligner, read.Aligner);
        Assert.Equal(official.AudioTokenId, read.AudioTokenId);
        bool isOriginal = naming == CheckpointNaming.Original;
        Assert.Equal(isOriginal ? official.AudioStartTokenId : null, read.AudioStartTokenId);
        Assert.Equal(isOriginal ? official.SupportedLanguages : [], read.SupportedLanguages);
    }

    [Theory, InlineData("d_model", "hidden_size"), InlineData("encoder_layers", "num_hidden_layers"), InlineData("encoder_ffn_dim", "intermediate_size")]
    public void Read_GenericAudioNames_AreTheSame(string name, string generic)
    {
        var json = ConfigJson.Write(TinyConfigs.Asr, CheckpointNaming.Hf);
        var audio = json["audio_config"]!.AsObject();
        audio[generic] = audio[name]!.DeepClone();
        audio.Remove(name);

        Assert.Equal(TinyConfigs.Asr.Audio, Parse(json).Audio);
    }

    [Fact]
    public void Read_PublishedEncoder_HasTheDerivedSizesOfThePaper()
    {
        var audio = OfficialConfigs.Asr06B.Audio;

        Assert.Equal((64, 100, 13, 104, 7680), (audio.HeadSize, audio.ChunkFrames, audio.ChunkTokens, audio.WindowTokens, audio.ConvFeatures));
    }

    [Fact]
    public void Read_ScoreHead_MakesAnAlignerOfTheHeadsRows()
    {
        var json = ConfigJson.Write(TinyConfigs.Aligner, CheckpointNaming.Hf);
        json["architectures"] = new JsonArray("Qwen3ASRForConditionalGeneration");

        Assert.Null(Parse(json).Aligner);
        Assert.Equal(50, Parse(json, new OutputHeadFacts(true, 50)).Aligner!.Classes);
    }

    [Fact]
    public void Read_ForcedAlignerType_IsAnAligner()
    {
        var json = ConfigJson.Write(TinyConfigs.Aligner);
        json["thinker_config"]!.AsObject().Remove("classify_num");

        Assert.Equal(50, Parse(json, new OutputHeadFacts(false, 50)).Aligner!.Classes);
        Expect(() => Parse(json), "thinker_config.classify_num", "number of time classes", "nothing");
    }

    [Theory]
    [InlineData("""{"model_type":"whisper","architectures":["WhisperForConditionalGeneration"]}""", "whisper", "WhisperForConditionalGeneration")]
    [InlineData("""{"model_type":"llama","architectures":["LlamaForCausalLM"]}""", "llama", "LlamaForCausalLM")]
    [InlineData("""{"model_type":"qwen3_omni_moe","thinker_config":{}}""", "qwen3_omni_moe", "[]")]
    [InlineData("{}", "(none)", "[]")]
    public void Read_OtherArchitecture_NamesItAndTheExpectedOne(string json, string type, string architecture) =>
        Expect(() => Parse(json), "model_type", "qwen3_asr", type, architecture);

    [Theory]
    [InlineData("{", "valid JSON")]
    [InlineData("", "valid JSON")]
    [InlineData("[]", "a JSON object")]
    [InlineData("""{"model_type":NaN}""", "valid JSON")]
    [InlineData("""{"model_type":Infinity}""", "valid JSON")]
    [InlineData("""{"model_type":"a","model_type":"b"}""", "valid JSON")]
    [InlineData("""{"model_type":"\ud800"}""", "valid JSON")]
    public void Read_BrokenJson_NamesTheFile(string json, string expected) => Expect(() => Parse(json), expected);

    [Theory]
    [InlineData("""{"a":1,"text_config":{"x":[{"y":0}],"rms_norm_eps":NaN}}""", "text_config.rms_norm_eps: expected valid JSON")]
    [InlineData("""{"a":{"b":[1,2,-Infinity]}}""", "a.b: expected valid JSON")]
    [InlineData("""{"a":{"b":[1,2]} x}""", "config.json: expected valid JSON")]
    public void Read_NoJsonValue_NamesTheField(string json, string expected) => Expect(() => Parse(json), expected);

    [Fact]
    public void Read_NotUtf8_NamesTheFile() =>
        Expect(() => Parse([(byte)'{', 0xff, (byte)'}'], OutputHeadFacts.Unknown), "UTF-8");

    [Fact]
    public void Read_ByteOrderMark_IsSkipped()
    {
        byte[] json = [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(ConfigJson.Write(TinyConfigs.Asr).ToJsonString())];

        Assert.Equal(TinyConfigs.Asr.Text, Parse(json, OutputHeadFacts.Unknown).Text);
    }

    internal static ModelConfig Named(string name) => name switch
    {
        "0.6B" => OfficialConfigs.Asr06B,
        "1.7B" => OfficialConfigs.Asr17B,
        _ => OfficialConfigs.Aligner06B,
    };

    internal static ModelConfig Parse(JsonNode json, OutputHeadFacts head = default) => Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), head);

    internal static ModelConfig Parse(byte[] json, OutputHeadFacts head) =>
        JsonFile.Parse("some/config.json", json, root => ModelConfigReader.Read(root, head));

    private static ModelConfig Parse(string json) => Parse(Encoding.UTF8.GetBytes(json), OutputHeadFacts.Unknown);

    private static void Expect(Func<object> read, params string[] parts) =>
        CheckpointAssert.Throws(read, ["some/config.json", .. parts]);
}
