using AsrService.Engine;
using AsrService.Engine.Transcripts;

namespace AsrService.Hosting;

/// <summary>The model that the service recognizes with, and the engine that runs it.</summary>
/// <param name="Name">The name to ask for.</param>
/// <param name="Revision">Identifies the weights.</param>
/// <param name="Notice">The honest line of a demonstration model; null for others.</param>
/// <param name="Languages">What it recognizes, in the catalog's order.</param>
/// <param name="Engine">Runs it.</param>
public sealed record ServedModel(
    string Name, string Revision, string? Notice, IReadOnlyList<Language> Languages, TranscriptionEngine Engine);
