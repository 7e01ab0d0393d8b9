namespace AsrService.Engine.Hypotheses;

/// <summary>What a character does to the words around it.</summary>
internal enum CharacterClass
{
    /// <summary>White space: ends a word and belongs to none.</summary>
    Space,

    /// <summary>Opening bracket or quotation mark: belongs to what follows.</summary>
    Opening,

    /// <summary>Closing bracket or quotation mark: belongs to what is before.</summary>
    Closing,

    /// <summary>Other punctuation and invisible characters: with what is before, else with what follows.</summary>
    Neutral,

    /// <summary>A character of a script that writes without spaces: a word of its own.</summary>
    Unspaced,

    /// <summary>Letters, digits and symbols of other scripts, emoji too: part of a word.</summary>
    Spaced,
}
