using AsrService.Engine;
using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;

namespace AsrService.Hosting;

/// <summary>What callers are told of a model.</summary>
/// <param name="Name">The name to ask for.</param>
/// <param name="Revision">Identifies the weights.</param>
/// <param name="Notice">The honest line of a demonstration model; null for others.</param>
/// <param name="Languages">What it knows, in the catalog's order.</param>
public record ModelIdentity(string Name, string Revision, string? Notice, IReadOnlyList<Language> Languages);

/// <summary>The model that the service recognizes with, and the engine that runs it.</summary>
/// <param name="Name">The name to ask for.</param>
/// <param name="Revision">Identifies the weights.</param>
/// <param name="Notice">The honest line of a demonstration model; null for others.</param>
/// <param name="Languages">What it recognizes, in the catalog's order.</param>
/// <param name="Engine">Runs it.</param>
public sealed record ServedModel(
    string Name, string Revision, string? Notice, IReadOnlyList<Language> Languages, TranscriptionEngine Engine)
    : ModelIdentity(Name, Revision, Notice, Languages);

/// <summary>The model that the service aligns with.</summary>
/// <param name="Name">The name to ask for.</param>
/// <param name="Revision">Identifies the weights.</param>
/// <param name="Notice">The honest line of a demonstration model; null for others.</param>
/// <param name="Aligner">Runs it.</param>
public sealed record ServedAligner(string Name, string Revision, string? Notice, EngineAligner Aligner)
    : ModelIdentity(Name, Revision, Notice, Aligner.Languages);

/// <summary>Whoever has loaded the service's model.</summary>
public interface IModelHost
{
    /// <summary>The model that the service is about.</summary>
    /// <exception cref="InvalidOperationException">The service has not been started.</exception>
    ModelIdentity Model { get; }

    /// <summary>What runs it.</summary>
    /// <exception cref="InvalidOperationException">The service has not been started.</exception>
    IEngine Engine { get; }
}

/// <summary>Whoever has loaded an aligner.</summary>
public interface IAlignerHost
{
    /// <summary>The aligner.</summary>
    /// <exception cref="InvalidOperationException">The service has not been started, or has none.</exception>
    ServedAligner Aligner { get; }
}
