namespace AsrService.Engine.Alignment;

/// <summary>A part of a transcript that gets a start and an end: a word, or a character of Chinese.</summary>
/// <param name="Text">As the model reads it: letters, numbers and apostrophes only.</param>
/// <param name="Start">Place of its first kept character in the transcript, in UTF-16 units.</param>
/// <param name="Length">From there to behind its last kept character; deleted ones in between count.</param>
public readonly record struct AlignmentUnit(string Text, int Start, int Length)
{
    /// <summary>Behind its last kept character.</summary>
    public int End => Start + Length;
}
