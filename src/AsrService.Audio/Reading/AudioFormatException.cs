namespace AsrService.Audio;

/// <summary>
/// An audio file or its contents cannot be used. The message is one line that names the file and says what was expected
/// and what was found; it may be shown to whoever sent the file.
/// </summary>
public sealed class AudioFormatException : Exception
{
    /// <summary>Takes the whole message; control characters in it become spaces, so it stays one line.</summary>
    public AudioFormatException(string message, Exception? inner = null)
        : base(OneLine(message), inner)
    {
    }

    internal static AudioFormatException Field(string name, string field, string expected, object found) =>
        new($"{name}: {field} is {found}; expected {expected}.");

    private static string OneLine(string message) =>
        string.Create(message.Length, message, static (line, from) =>
        {
            for (int i = 0; i < line.Length; i++) line[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
}
