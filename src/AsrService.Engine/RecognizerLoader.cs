using System.Diagnostics;
using AsrService.Engine.Decoding;
using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Checkpoints;
using AsrService.Tokenizer;

namespace AsrService.Engine;

/// <summary>A recognizer fresh from its folder, and what was noticed on the way.</summary>
/// <param name="Recognizer">Ready; the caller disposes it.</param>
/// <param name="Notice">One line that users must see; null for published checkpoints.</param>
/// <param name="Warnings">Oddities of the folder that do no harm.</param>
/// <param name="LoadTime">From the first file opened.</param>
public sealed record LoadedRecognizer(Recognizer Recognizer, string? Notice, IReadOnlyList<string> Warnings, TimeSpan LoadTime);

/// <summary>Loads a transcriber from a checkpoint folder.</summary>
public static class RecognizerLoader
{
    /// <summary>Opens, checks and packs; the folder's files are closed again when this returns.</summary>
    /// <param name="folder">A checkpoint folder as it was downloaded.</param>
    /// <param name="options">Formats and memory.</param>
    /// <param name="threads">Threads that compute; 0 for all the container allows.</param>
    /// <exception cref="CheckpointException">The folder or its weights are not usable.</exception>
    /// <exception cref="TokenizerException">Its tokenizer is not.</exception>
    public static LoadedRecognizer Load(string folder, ModelOptions options, int threads)
    {
        long start = Stopwatch.GetTimestamp();
        using var checkpoint = Checkpoint.Open(folder);
        if (checkpoint.Config.Aligner is not null)
            throw new CheckpointException($"{checkpoint.Folder}: expected a transcriber, found a forced aligner.");

        var tokenizer = BpeTokenizer.Load(checkpoint.Folder);
        int rows = checkpoint.Config.Text.VocabularySize;
        if (tokenizer.VocabularySize > rows)
        {
            throw new CheckpointException(
                $"{checkpoint.Folder}: the tokenizer has {tokenizer.VocabularySize} ids, the model {rows} rows for them.");
        }
        _ = new PromptFormat(tokenizer, checkpoint.Config); // complains before the weights are read

        var recognizer = new Recognizer(NewRunner(checkpoint, options, threads), tokenizer);
        return new LoadedRecognizer(recognizer, checkpoint.Notice, checkpoint.Warnings, Stopwatch.GetElapsedTime(start));
    }

    private static ModelRunner NewRunner(Checkpoint checkpoint, ModelOptions options, int threads)
    {
        var ops = CpuOps.Create(threads);
        try
        {
            return new ModelRunner(ops, checkpoint, options);
        }
        catch
        {
            ops.Dispose();
            throw;
        }
    }
}
