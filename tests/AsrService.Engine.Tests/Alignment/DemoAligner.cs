using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Engine.Tests.Alignment;

/// <summary>The bundled aligner, loaded once for the classes that use it; they run one after the other.</summary>
public sealed class DemoAligner : IDisposable
{
    public const string Collection = "Demo aligner";

    private ForcedAligner? _precise;
    private ForcedAligner? _usual;

    public static string Folder => Path.Combine(RepositoryPaths.Models, "demo-aligner");

    /// <summary>BF16 weights, keys and values in float32: what made reference.json.</summary>
    public ForcedAligner Precise => _precise ??= Load(DType.F32);

    /// <summary>The default.</summary>
    public ForcedAligner Usual => _usual ??= Load(null);

    /// <summary>The request that a reference clip stands for.</summary>
    internal static AlignmentRequest RequestOf(ReferenceClip clip) => new(clip.Samples(), clip.Text, LanguageOf(clip.Text));

    public static Language LanguageOf(string text)
    {
        Assert.True(LanguageCatalog.TryResolve(text.Any(c => c > 0x2E80) ? "zh" : "en", out var language));
        return language;
    }

    public void Dispose()
    {
        _precise?.Dispose();
        _usual?.Dispose();
    }

    private static ForcedAligner Load(DType? kv) => AlignerLoader.Load(Folder, new ModelOptions { Kv = kv }, threads: 2).Aligner;
}

[CollectionDefinition(DemoAligner.Collection)]
public sealed class DemoAlignerSharing : ICollectionFixture<DemoAligner>;
