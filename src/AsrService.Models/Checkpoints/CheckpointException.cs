namespace AsrService.Models.Checkpoints;

/// <summary>
/// A checkpoint that cannot be used. The message is one line: the file, the tensor or field, what was expected there
/// and what was found.
/// </summary>
public sealed class CheckpointException : Exception
{
    private const int LongestQuote = 400;

    /// <summary>An exception with this message and, where another failure led to it, that failure.</summary>
    public CheckpointException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>An exception that says: in this file, at this place, this was expected and that was found.</summary>
    /// <param name="file">The file, as the caller would find it.</param>
    /// <param name="subject">The tensor or field; empty when the file as a whole is meant.</param>
    /// <param name="expected">What would have been right.</param>
    /// <param name="found">What is there instead.</param>
    /// <param name="cause">The failure that led here, if one did.</param>
    public static CheckpointException At(
        string file, string subject, string expected, string found, Exception? cause = null)
    {
        string place = subject.Length == 0 ? file : $"{file}: {Quote(subject)}";
        return new CheckpointException($"{place}: expected {Quote(expected)}, found {Quote(found)}.", cause);
    }

    /// <summary>
    /// Text out of a file, made fit for one line: control characters become a question mark, and it is cut at 400.
    /// </summary>
    internal static string Quote(string text)
    {
        string kept = text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
        return string.Create(kept.Length, kept, static (line, source) =>
        {
            for (int i = 0; i < line.Length; i++) line[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
    }
}
