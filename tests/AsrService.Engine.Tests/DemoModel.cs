using AsrService.Kernels;
using AsrService.Models;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests;

/// <summary>The bundled recognizer, loaded once in each format; the classes that use it run one after the other.</summary>
public sealed class DemoModel : IDisposable
{
    public const string Collection = "Demo model";

    private readonly Dictionary<(DType, DType?), Recognizer> _loaded = [];

    public static string Folder => Path.Combine(RepositoryPaths.Models, "demo-asr");

    /// <summary>BF16 weights and KV cache, the default.</summary>
    public Recognizer Recognizer => In(DType.BF16, null);

    public Recognizer In(DType weights, DType? kv)
    {
        if (_loaded.TryGetValue((weights, kv), out var recognizer)) return recognizer;
        var options = new ModelOptions { Weights = weights, Kv = kv };
        return _loaded[(weights, kv)] = RecognizerLoader.Load(Folder, options, threads: 2).Recognizer;
    }

    public void Dispose()
    {
        foreach (var recognizer in _loaded.Values) recognizer.Dispose();
    }
}

[CollectionDefinition(DemoModel.Collection)]
public sealed class DemoModelSharing : ICollectionFixture<DemoModel>;
