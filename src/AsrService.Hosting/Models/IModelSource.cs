using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Models;

namespace AsrService.Hosting;

/// <summary>A model fresh from wherever it comes from.</summary>
/// <param name="Recognizer">Ready; whoever loads it owns it.</param>
/// <param name="Revision">Identifies the weights.</param>
/// <param name="Notice">The honest line of a demonstration model; null for others.</param>
/// <param name="Warnings">Oddities that do no harm.</param>
public sealed record LoadedModel(Recognizer Recognizer, string Revision, string? Notice, IReadOnlyList<string> Warnings);

/// <summary>Where the served model comes from.</summary>
public interface IModelSource
{
    /// <summary>Loads it; may take long and blocks.</summary>
    /// <exception cref="AsrService.Models.Checkpoints.CheckpointException">It is not usable.</exception>
    /// <exception cref="AsrService.Tokenizer.TokenizerException">Its tokenizer is not.</exception>
    LoadedModel Load();
}

/// <summary>An aligner fresh from wherever it comes from.</summary>
/// <param name="Aligner">Ready; whoever loads it owns it.</param>
/// <param name="Revision">Identifies the weights.</param>
/// <param name="Notice">The honest line of a demonstration model; null for others.</param>
/// <param name="Warnings">Oddities that do no harm.</param>
public sealed record LoadedAlignerModel(ForcedAligner Aligner, string Revision, string? Notice, IReadOnlyList<string> Warnings);

/// <summary>Where the served aligner comes from.</summary>
public interface IAlignerSource
{
    /// <summary>Loads it; may take long and blocks.</summary>
    /// <param name="beside">The model of the same batch loop, whose threads it uses; null for threads of its own.</param>
    /// <exception cref="AsrService.Models.Checkpoints.CheckpointException">It is not usable.</exception>
    /// <exception cref="AsrService.Tokenizer.TokenizerException">Its tokenizer is not.</exception>
    LoadedAlignerModel Load(IModelRunner? beside);
}
