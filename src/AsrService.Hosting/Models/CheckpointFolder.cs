using System.Security.Cryptography;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;

namespace AsrService.Hosting;

/// <summary>What is done with checkpoint folders, whatever model lies in them.</summary>
internal static class CheckpointFolder
{
    private const long SampleStride = 32L << 20;

    /// <summary>How the settings want models held.</summary>
    public static ModelOptions ModelOptionsOf(EngineSettings settings) => new()
    {
        Weights = settings.Weights == WeightFormat.F32 ? DType.F32 : DType.BF16,
        MaxKvBytes = settings.MaxKvBytes,
    };

    /// <summary>The folder of a bundled model.</summary>
    /// <param name="name">Of its folder.</param>
    /// <param name="setting">That names another one.</param>
    /// <exception cref="CheckpointException">It is not there.</exception>
    public static string FindBundled(string name, string setting) => ModelFolders.Find(name) ?? throw new CheckpointException(
        $"The bundled model {name} was found neither in ./models nor beside the program; name one by {setting}.");

    /// <summary>
    /// A hash of everything in the folder that a transcript depends on; of a large file its size, its beginning, where
    /// the tensors are listed, and a megabyte of every 32: reading all of it would double the time to start.
    /// </summary>
    public static string RevisionOf(string folder)
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
