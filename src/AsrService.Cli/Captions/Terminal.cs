namespace AsrService.Cli.Captions;

/// <summary>What stdout and stderr are connected to.</summary>
internal static class Terminal
{
    private const int UnknownWidth = 80, UnknownHeight = 24;

    /// <summary>Whether lines can be redrawn there.</summary>
    public static bool CanRedraw { get; } = !Console.IsOutputRedirected && IsCapable;

    /// <summary>Whether lines of stderr can be redrawn.</summary>
    public static bool CanRedrawErrors { get; } = !Console.IsErrorRedirected && IsCapable;

    private static bool IsCapable => Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>A screen on it.</summary>
    public static CaptionScreen OpenScreen() =>
        new(Console.Out, Size, isColored: Environment.GetEnvironmentVariable("NO_COLOR") is null or "");

    private static (int Width, int Height) Size()
    {
        try
        {
            return (Known(Console.WindowWidth, UnknownWidth), Known(Console.WindowHeight, UnknownHeight));
        }
        catch (IOException)
        {
            return (UnknownWidth, UnknownHeight);
        }
    }

    private static int Known(int size, int otherwise) => size > 0 ? size : otherwise;
}
