namespace AsrService.Engine.Hypotheses;

/// <summary>Where a word lies in its text, in UTF-16 units.</summary>
/// <param name="Start">Of its first character.</param>
/// <param name="Length">At least 1.</param>
/// <param name="IsUnspaced">Whether it is a character of a script that writes without spaces.</param>
internal readonly record struct TextWord(int Start, int Length, bool IsUnspaced)
{
    /// <summary>Behind its last character.</summary>
    public int End => Start + Length;
}
