using AsrService.Kernels;
using AsrService.Models;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Conformance;

/// <summary>The bundled recognizer, loaded once in each format. Classes that use it run one after the other: it is one model.</summary>
public sealed class DemoModel : IDisposable
{
    public const string Collection = "Demo model";

    private readonly Dictionary<(DType, DType?), Recognizer> _loaded = [];

    public static string Folder => Path.Combine(RepositoryPaths.Models, "demo-asr");

    /// <summary>BF16 weights and KV cache, the default.</summary>
    public Recognizer Recognizer => In(DType.BF16, null);

    public Recognizer In(DType weights, DType? kv)
    {
        if (!_loaded.TryGetValue((weights, kv), out var recognizer))
            _loaded[(weights, kv)] = recognizer = RecognizerLoader.Load(Folder, new ModelOptions { Weights = weights, Kv = kv }, threads: 2).Recognizer;
        return recognizer;
    }

    public void Dispose()
    {
        foreach (var recognizer in _loaded.Values) recognizer.Dispose();
    }
}

[CollectionDefinition(DemoModel.Collection)]
public sealed class DemoModelSharing : ICollectionFixture<DemoModel>;
