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
    private const string AudioToken = "<|audio_pad|>";

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

        var tokenizer = LoadTokenizer(checkpoint);
        var recognizer = new Recognizer(new ModelRunner(CpuOps.Create(threads), checkpoint, options), tokenizer);
        return new LoadedRecognizer(recognizer, checkpoint.Notice, checkpoint.Warnings, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>The tokenizer of a checkpoint's folder, checked against the model: ids, and tokens that the prompt needs.</summary>
    /// <exception cref="CheckpointException">It has more ids than the model, another audio token, or lacks one.</exception>
    /// <exception cref="TokenizerException">Its files are not usable.</exception>
    public static BpeTokenizer LoadTokenizer(Checkpoint checkpoint)
    {
        var tokenizer = BpeTokenizer.Load(checkpoint.Folder);
        int rows = checkpoint.Config.Text.VocabularySize, audioToken = checkpoint.Config.AudioTokenId;
        if (tokenizer.VocabularySize > rows)
        {
            throw CheckpointException.At(
                checkpoint.Folder, "tokenizer", $"ids below {rows}, the rows of the embedding", $"ids up to {tokenizer.VocabularySize - 1}");
        }
        if (tokenizer.TryGetAddedToken(AudioToken, out int id) && id != audioToken)
            throw CheckpointException.At(checkpoint.Folder, "audio_token_id", $"{id}, the tokenizer's {AudioToken}", $"{audioToken}");
        foreach (string content in checkpoint.Config.Aligner is null ? PromptFormat.RequiredTokens : [])
        {
            if (!tokenizer.TryGetAddedToken(content, out _))
                throw CheckpointException.At(checkpoint.Folder, "tokenizer", $"the added token {content}", "none");
        }
        return tokenizer;
    }
}
