using System.Diagnostics;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;
using AsrService.Tokenizer;

namespace AsrService.Engine.Alignment;

/// <summary>An aligner fresh from its folder, and what was noticed on the way.</summary>
/// <param name="Aligner">Ready; the caller disposes it.</param>
/// <param name="Notice">One line that users must see; null for published checkpoints.</param>
/// <param name="Warnings">Oddities of the folder that do no harm.</param>
/// <param name="LoadTime">From the first file opened.</param>
public sealed record LoadedAligner(ForcedAligner Aligner, string? Notice, IReadOnlyList<string> Warnings, TimeSpan LoadTime);

/// <summary>Loads a forced aligner from a checkpoint folder.</summary>
public static class AlignerLoader
{
    /// <summary>Opens, checks and packs; the folder's files are closed again when this returns.</summary>
    /// <param name="folder">A checkpoint folder as it was downloaded.</param>
    /// <param name="options">Formats and memory.</param>
    /// <param name="threads">Threads that compute; 0 for all the container allows.</param>
    /// <exception cref="CheckpointException">The folder or its weights are not usable, or a transcriber's.</exception>
    /// <exception cref="TokenizerException">Its tokenizer is not.</exception>
    public static LoadedAligner Load(string folder, ModelOptions options, int threads) =>
        Load(folder, options, () => CpuOps.Create(threads));

    /// <inheritdoc cref="Load(string, ModelOptions, int)"/>
    /// <param name="folder">A checkpoint folder as it was downloaded.</param>
    /// <param name="options">Formats and memory.</param>
    /// <param name="beside">A model of the same batch loop, whose threads it uses; disposed after it.</param>
    public static LoadedAligner Load(string folder, ModelOptions options, ModelRunner beside) =>
        Load(folder, options, beside.CreateOpsBeside);

    private static LoadedAligner Load(string folder, ModelOptions options, Func<IOps> makeOps)
    {
        long start = Stopwatch.GetTimestamp();
        using var checkpoint = Checkpoint.Open(folder);
        if (checkpoint.Config.Aligner is null)
            throw new CheckpointException($"{checkpoint.Folder}: expected a forced aligner, found a transcriber.");

        var tokenizer = RecognizerLoader.LoadTokenizer(checkpoint);
        var aligner = new ForcedAligner(new ModelRunner(makeOps(), checkpoint, options), tokenizer);
        return new LoadedAligner(aligner, checkpoint.Notice, checkpoint.Warnings, Stopwatch.GetElapsedTime(start));
    }
}
