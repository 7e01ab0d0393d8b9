using System.Security.Cryptography;
using AsrService.Engine;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Loads the folder that the settings name, else the bundled demonstration model.</summary>
internal sealed class CheckpointSource(IOptions<AsrOptions> options) : IModelSource
{
    private const long SampleStride = 32L << 20;

    public LoadedModel Load()
    {
        var settings = options.Value.Engine;
        string folder = options.Value.Models is [var location, ..] ? location.Path : FindBundled();
        var model = new ModelOptions
        {
            Weights = settings.Weights == WeightFormat.F32 ? DType.F32 : DType.BF16,
            MaxKvBytes = settings.MaxKvBytes,
        };
        var loaded = RecognizerLoader.Load(folder, model, settings.Threads);
        return new LoadedModel(loaded.Recognizer, RevisionOf(folder), loaded.Notice, loaded.Warnings);
    }

    private static string FindBundled() => ModelFolders.Find(ModelFolders.DefaultModel) ?? throw new CheckpointException(
        $"The bundled model {ModelFolders.DefaultModel} was found neither in ./models nor beside the program; "
        + "name one by Asr:Models:0:Path.");

    /// <summary>
    /// A hash of everything in the folder that a transcript depends on; of a large file its size, its beginning, where
    /// the tensors are listed, and a megabyte of every 32: reading all of it would double the time to start.
    /// </summary>
    private static string RevisionOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Directory.EnumerateFiles(folder)
            .Where(file => Path.GetExtension(file) is ".safetensors" or ".json" or ".txt")
            .Order(StringComparer.Ordinal);
        var block = new byte[1 << 20];
        foreach (string file in files)
        {
            using var stream = File.OpenRead(file);
            bool isSampled = stream.Length > SampleStride;
            if (isSampled) hash.AppendData(BitConverter.GetBytes(stream.Length));
            for (int read; (read = stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false)) > 0;)
            {
                hash.AppendData(block, 0, read);
                if (isSampled) stream.Position = Math.Min(stream.Length, stream.Position - read + SampleStride);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
