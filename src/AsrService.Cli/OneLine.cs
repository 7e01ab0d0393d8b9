namespace AsrService.Cli;

/// <summary>Makes text from outside fit for one line of a terminal.</summary>
internal static class OneLine
{
    /// <summary>The text with a space for every control character, so that neither line breaks nor escapes get through.</summary>
    public static string Of(string text) => !text.Any(char.IsControl)
        ? text
        : string.Create(text.Length, text, static (line, from) =>
        {
            for (int i = 0; i < line.Length; i++) line[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
}
