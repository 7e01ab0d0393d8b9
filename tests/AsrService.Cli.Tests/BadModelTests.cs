using System.Text;
using System.Text.Json.Nodes;
using AsrService.Kernels;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

[Trait("Category", "EndToEnd")]
public sealed class BadModelTests : IDisposable
{
    private const string Norm = "thinker.model.norm.weight";

    private static readonly CheckpointBuilder Builder = new(TinyConfigs.Asr) { Weights = new RandomTensors(3).Of };

    /// <summary>Damage to a folder, and what the one line about it must have. {0} stands for the folder.</summary>
    private static readonly Dictionary<string, (Action<string> Damage, string[] Expected)> Faults = new()
    {
        ["no config"] = (folder => File.Delete(At(folder, "config.json")), ["{0}: expected config.json, found none"]),
        ["no weights"] = (folder => File.Delete(Weights(folder)), ["{0}: expected model.safetensors or ", "found neither"]),
        ["no tokenizer"] = (folder => File.Delete(At(folder, "vocab.json")), ["{0}: expected vocab.json and merges.txt", "merges.txt alone"]),
        ["another architecture"] = (
            folder => Edit(folder, root => (root["model_type"], root["architectures"]) = ("llama", new JsonArray("LlamaForCausalLM"))),
            ["{0}/config.json: model_type: expected qwen3_asr", "found model_type llama, architectures [LlamaForCausalLM]"]),
        ["missing tensors"] = (
            folder => Spoil(folder, tensors => tensors.RemoveAll(t => t.Name.Contains("layers.1.mlp", StringComparison.Ordinal))),
            ["{0}/model.safetensors: expected 69 tensors, found 3 of them missing: model.layers.1.mlp.gate_proj.weight [32, 16]"]),
        ["wrong shape"] = (
            folder => Replace(folder, RawTensor.FromValues(Norm, new Shape(4, 4), DType.BF16, new float[16])),
            [$"{{0}}/model.safetensors: tensor {Norm}: expected shape [16], found [4, 4]"]),
        ["wrong type"] = (
            folder => Replace(folder, new RawTensor(Norm, "I8", [16], new byte[16])), [$"tensor {Norm}: expected BF16, F16 or F32, found I8"]),
        ["truncated"] = (
            folder => File.WriteAllBytes(Weights(folder), File.ReadAllBytes(Weights(folder))[..^100]), ["{0}/model.safetensors: tensor ", "is the file cut off?"]),
        ["empty"] = (folder => File.WriteAllText(Weights(folder), ""), ["{0}/model.safetensors: expected a readable safetensors file", "is empty"]),
        ["header beyond the file"] = (
            folder => SafetensorsWriter.WriteRaw(Weights(folder), "{}"u8, 0, ulong.MaxValue),
            ["{0}/model.safetensors: header length: expected at most 2 bytes in a file of 10, found 18446744073709551615"]),
        ["overlap"] = (
            folder => Header(folder, Entry("a", 0, 4) + "," + Entry("b", 2, 6), 6), ["tensor b: expected data from 4 on, after tensor a, found an overlap, at 2"]),
        ["out of range"] = (folder => Header(folder, Entry("a", 0, 4), 2), ["tensor a: expected data within 2 bytes", "found its end at 4"]),
        ["negative offset"] = (folder => Header(folder, Entry("a", -4, 0), 4), ["tensor a: data_offsets: expected whole numbers", "found -4"]),
        ["duplicate"] = (folder => Header(folder, Entry("a", 0, 4) + "," + Entry("a", 4, 8), 8), ["tensor a: expected one entry, found two"]),
        ["NaN in the header"] = (
            folder => Header(folder, """ "a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,4]} """, 4), ["{0}/model.safetensors: header: a.shape: expected valid JSON"]),
        ["NaN in the config"] = (
            folder => File.WriteAllText(At(folder, "config.json"), File.ReadAllText(At(folder, "config.json")).Replace(": 16,", ": NaN,", StringComparison.Ordinal)),
            ["{0}/config.json: thinker_config.", "_config.", ": expected valid JSON, found 'N'"]),
        ["shard outside"] = (
            folder => File.WriteAllText(At(folder, "model.safetensors.index.json"), """{"weight_map":{"a":"../../etc/passwd"}}"""),
            ["model.safetensors.index.json: weight_map.a: expected the name of a file in this folder, found ../../etc/passwd"]),
        ["huge numbers"] = (
            folder => Edit(folder, root => root["thinker_config"]!["text_config"]!["hidden_size"] = 1e300), ["text_config.hidden_size: expected a whole number in 1..65536"]),
        ["large sizes"] = (
            folder => Edit(folder, root => root["thinker_config"]!["text_config"]!["vocab_size"] = 1 << 20), ["expected shape [1048576, 16], found [320, 16]"]),
        ["audio token out of range"] = (
            folder => Edit(folder, root => root["thinker_config"]!["audio_token_id"] = 320), ["audio_token_id: expected a whole number in 0..319, found 320"]),
        ["another audio token"] = (
            folder => Edit(folder, root => root["thinker_config"]!["audio_token_id"] = 7), ["{0}: audio_token_id: expected 305, the tokenizer's <|audio_pad|>, found 7"]),
        ["end token out of range"] = (
            folder => File.WriteAllText(At(folder, "generation_config.json"), """{"eos_token_id":[300,5000]}"""),
            ["{0}/generation_config.json: eos_token_id[1]: expected a whole number in 0..319, found 5000"]),
        ["ids beyond the embedding"] = (
            folder => Replace(At(folder, "tokenizer_config.json"), "\"307\"", "\"400\""), ["{0}: tokenizer: expected ids below 320, the rows of the embedding, found ids up to 400"]),
        ["no <asr_text>"] = (
            folder => Replace(At(folder, "tokenizer_config.json"), "<asr_text>", "<other>"), ["{0}: tokenizer: expected the added token <asr_text>, found none"]),
        ["unreadable vocabulary"] = (folder => File.WriteAllText(At(folder, "vocab.json"), "[1"), ["{0}/vocab.json: expected"]),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(FaultNames))]
    public async Task Transcribe_BrokenModel_IsOneLineAndFour(string fault)
    {
        string folder = Builder.Write(_folder.At("model"));
        Faults[fault].Damage(folder);

        var result = await AsrProcess.RunAsync("transcribe", "--model", folder, Recordings.Numbers);

        AsrAssert.Refused(ExitCodes.ModelFault, result, [.. Faults[fault].Expected.Select(part => part.Replace("{0}", folder, StringComparison.Ordinal))]);
    }

    [Theory, InlineData("missing tensors"), InlineData("ids beyond the embedding"), InlineData("another architecture")]
    public async Task Info_BrokenModel_IsRefusedAsWell(string fault)
    {
        string folder = Builder.Write(_folder.At("model"));
        Faults[fault].Damage(folder);

        AsrAssert.Refused(ExitCodes.ModelFault, await AsrProcess.RunAsync("model", "info", folder), folder);
    }

    [Fact]
    public async Task Transcribe_NoModel_SaysWhatIsThere()
    {
        AsrAssert.Refused(ExitCodes.ModelFault, await AsrProcess.RunAsync("transcribe", "--model", _folder.Path, "a.wav"), $"{_folder.Path}: expected config.json");
        AsrAssert.Refused(ExitCodes.ModelFault, await AsrProcess.RunAsync("transcribe", "--model", Recordings.Numbers, "a.wav"), Recordings.Numbers, "found a file");
        AsrAssert.Refused(ExitCodes.ModelFault, await AsrProcess.RunAsync("transcribe", "--model", "demo-aligner", "a.wav"), "expected a transcriber, found a forced aligner");
    }

    [Fact]
    public async Task Transcribe_ExtraTensors_IsAWarning()
    {
        string folder = Builder.Write(_folder.At("model"));
        Spoil(folder, tensors => tensors.Add(new RawTensor("extra.\nfirst", "I64", [1], new byte[8])));

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("transcribe", "--model", folder, Recordings.Sample("silence-noise"), "--max-new-tokens", "2"));

        Assert.StartsWith($"Warning: {folder}/model.safetensors: 1 tensors are not part of the model", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("extra.?first", result.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_StoredHeadOfTiedEmbeddings_IsNormalAndSilent()
    {
        string folder = Builder.Write(_folder.At("model")); // stores it, as the published folders do

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("model", "info", folder));

        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Transcribe_NaNWeights_IsOneLineForEachFile()
    {
        var builder = Builder with
        {
            Weights = (name, shape) => name == "model.norm.weight" ? [.. Enumerable.Repeat(float.NaN, (int)shape.Count)] : new RandomTensors(3).Of(name, shape),
        };
        string folder = builder.Write(_folder.At("model"));

        var result = await AsrProcess.RunAsync("transcribe", "--model", folder, Recordings.Numbers);

        AsrAssert.Refused(ExitCodes.ModelFault, result, $"{Recordings.Numbers}: the model computed NaN");
    }

    [Fact]
    public async Task Transcribe_FewPositions_IsOneLine()
    {
        string folder = Builder.Write(_folder.At("model"));
        Edit(folder, root => root["thinker_config"]!["text_config"]!["max_position_embeddings"] = 64);

        var result = await AsrProcess.RunAsync("transcribe", "--model", folder, Recordings.Numbers);

        AsrAssert.Refused(ExitCodes.ModelFault, result, Recordings.Numbers, "positions; the model has 64");
    }

    [Fact]
    public async Task Transcribe_NoticeWithEscapes_StaysOneLine()
    {
        string folder = Builder.Write(_folder.At("model"));
        File.WriteAllText(At(folder, "asr-service.json"), """{"name":"a\u001b[31m\nb","notice":"c\r\nd"}""");

        var result = AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync("model", "info", folder));

        Assert.Equal("name        a?[31m?b", result.OutputLines[0]);
        Assert.Equal("notice      c??d", result.OutputLines[1]);
    }

    private static string At(string folder, string name) => Path.Combine(folder, name);

    private static string Weights(string folder) => At(folder, "model.safetensors");

    private static string Entry(string name, int begin, int end) => FormattableString.Invariant(
        $$"""
        "{{name}}":{"dtype":"F32","shape":[1],"data_offsets":[{{begin}},{{end}}]}
        """);

    private static void Header(string folder, string entries, int dataBytes) =>
        SafetensorsWriter.WriteRaw(Weights(folder), Encoding.UTF8.GetBytes("{" + entries + "}"), dataBytes);

    private static void Edit(string folder, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(File.ReadAllText(At(folder, "config.json")))!;
        change(root);
        File.WriteAllText(At(folder, "config.json"), root.ToJsonString());
    }

    private static void Spoil(string folder, Action<List<RawTensor>> change)
    {
        var tensors = Builder.Tensors().ToList();
        change(tensors);
        Builder.WriteWeights(folder, tensors);
    }

    private static void Replace(string folder, RawTensor tensor) =>
        Spoil(folder, tensors => tensors[tensors.FindIndex(other => other.Name == tensor.Name)] = tensor);

    private static void Replace(string file, string text, string by) =>
        File.WriteAllText(file, File.ReadAllText(file).Replace(text, by, StringComparison.Ordinal).Replace(
            text.Replace("<", "\\u003C", StringComparison.Ordinal).Replace(">", "\\u003E", StringComparison.Ordinal), by, StringComparison.Ordinal));
}
