using System.CommandLine;
using AsrService.Engine;
using AsrService.Engine.Decoding;
using AsrService.Engine.Transcripts;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Configuration;

namespace AsrService.Cli.Commands;

/// <summary>Options that commands running the engine share, and what they make of them.</summary>
internal sealed class EngineOptions
{
    private readonly Option<string?> _model = CommandOptions.FreeText(
        "--model", "DIR",
        "Checkpoint folder, or the name of an installed model. Default: the bundled demonstration model.");

    private readonly Option<string?> _weights =
        CommandOptions.Choice("--weights", "Format the weights are kept in.", "bf16", "bf16", "f32");

    private readonly Option<string?> _kv = CommandOptions.Choice(
        "--kv", "Format of the KV cache. Default: f32 with f32 weights, else bf16.", null, "bf16", "f32");

    private readonly Option<int?> _threads = CommandOptions.Integer(
        "--threads", "N", "Threads that compute; 0 for all the container allows.", 0, 1024, byDefault: 0);

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_weights);
        command.Add(_kv);
        command.Add(_threads);
    }

    /// <summary>Those but the model, which mean nothing to a service.</summary>
    public IReadOnlyList<Option> OfThisProcess => [_weights, _kv, _threads];

    public string? Model(ParseResult parsed) => parsed.GetValue(_model);

    public int Threads(ParseResult parsed) => parsed.GetValue(_threads) ?? 0;

    public DType Weights(ParseResult parsed) => ToType(parsed.GetValue(_weights)!);

    public DType? Kv(ParseResult parsed) => parsed.GetValue(_kv) is { } kv ? ToType(kv) : null;

    /// <summary>Loads the chosen model; warnings go to stderr.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="longestSegment">The KV cache is made large enough for one segment of this length at least.</param>
    /// <param name="decoding">Token budget of a segment.</param>
    public LoadedRecognizer Load(ParseResult parsed, TimeSpan longestSegment, DecodingConfig decoding)
    {
        string folder = ModelLocator.Resolve("--model", Model(parsed));
        var options = ModelOptionsFor(parsed, folder, longestSegment, decoding);
        var loaded = RecognizerLoader.Load(folder, options, Threads(parsed));
        foreach (string warning in loaded.Warnings) Console.Error.WriteLine(OneLine.Of($"Warning: {warning}"));
        WarnOfLanguage(decoding.Language, loaded.Recognizer.Runner.Config.SupportedLanguages);
        return loaded;
    }

    /// <summary>The language of that name or tag; null for none.</summary>
    /// <exception cref="UsageException">There is no such language; the message lists the valid ones.</exception>
    public static Language? ResolveLanguage(string? tagOrName)
    {
        if (tagOrName is null) return null;
        return LanguageCatalog.TryResolve(tagOrName, out var language)
            ? language
            : throw new UsageException($"--language: expected one of {LanguageCatalog.ValidNames}; found \"{tagOrName}\".");
    }

    /// <summary>Every listed language has its prompt, but a model that was not trained on one answers with nonsense or nothing.</summary>
    private static void WarnOfLanguage(Language? forced, IReadOnlyList<string> known)
    {
        if (forced is null || known.Count == 0 || known.Contains(forced.Name)) return;
        Console.Error.WriteLine($"Warning: --language {forced.Name}: the model knows {string.Join(", ", known)}.");
    }

    private static DType ToType(string name) => name == "f32" ? DType.F32 : DType.BF16;

    private ModelOptions ModelOptionsFor(
        ParseResult parsed, string folder, TimeSpan longestSegment, DecodingConfig decoding)
    {
        var options = new ModelOptions
        {
            Weights = Weights(parsed),
            Kv = Kv(parsed),
        };
        if (!File.Exists(Path.Combine(folder, "config.json"))) return options; // opening the folder says it better
        var text = ModelConfig.Read(folder).Text;
        int samples = (int)((longestSegment.TotalSeconds + 5) * 16_000);
        int positions = samples / 16_000 * 13 + 64 + decoding.Context.Length * 2 + decoding.TokenBudget(samples);
        var type = options.Kv ?? options.Weights;
        var geometry = new KvGeometry(text.Layers, text.KvHeads, text.HeadSize, type, MaxBlocks: 1);
        long needed = geometry.BlockBytes * (KvGeometry.BlocksFor(positions) + 1);
        return options with { MaxKvBytes = Math.Max(options.MaxKvBytes, needed) };
    }
}
