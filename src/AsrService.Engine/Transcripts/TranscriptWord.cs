namespace AsrService.Engine.Transcripts;

/// <summary>A word of a transcript, or a single character of a script that writes without spaces.</summary>
/// <param name="Text">As displayed, with the punctuation that touches it and without spaces around it.</param>
/// <param name="Start">Offset where it begins, estimated.</param>
/// <param name="End">Offset where it ends; not before <paramref name="Start"/>.</param>
/// <param name="Confidence">0 to 1: geometric mean over its tokens; null where none was computed.</param>
/// <param name="IsStable">Whether it lies in stable text; always, in a final.</param>
public sealed record TranscriptWord(string Text, TimeSpan Start, TimeSpan End, float? Confidence, bool IsStable);
