namespace AsrService.Engine.Transcripts;

/// <summary>A language that can be asked for.</summary>
/// <param name="Code">Its BCP-47 primary subtag: <c>zh</c>, <c>yue</c>, <c>fil</c>.</param>
/// <param name="Name">The name the model reads and writes: <c>Chinese</c>.</param>
/// <param name="CanAlign">Whether the forced aligner was trained on it.</param>
public sealed record Language(string Code, string Name, bool CanAlign);
