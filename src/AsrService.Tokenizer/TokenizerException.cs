namespace AsrService.Tokenizer;

/// <summary>
/// A tokenizer file cannot be used; the message is one line: the file, what was expected, what was found.
/// </summary>
public sealed class TokenizerException : Exception
{
    /// <summary>
    /// About <paramref name="file"/>, as in "vocab.json: expected ids of 0 or more, found -3 for 'a'."
    /// </summary>
    public TokenizerException(string file, string expected, string found, Exception? inner = null)
        : base($"{file}: expected {expected}, found {found}.".ReplaceLineEndings(" "), inner)
    {
        File = file;
    }

    /// <summary>Path of the offending file or folder.</summary>
    public string File { get; }
}
