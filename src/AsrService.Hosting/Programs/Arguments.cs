namespace AsrService.Hosting;

/// <summary>Refuses arguments that would be settings of nobody: configuration itself takes whatever it is given.</summary>
internal static class Arguments
{
    private static readonly string[] Sections = ["Asr", "Kestrel", "Logging", "Telemetry"];

    /// <exception cref="FormatException">An argument is no setting.</exception>
    public static void Check(IReadOnlyList<string> args)
    {
        for (int i = 0; i < args.Count; i++)
        {
            string[] parts = args[i].Split('=', 2);
            if (!IsSetting(parts[0]))
            {
                throw new FormatException(
                    $"{args[i]}: is no setting; expected --model FOLDER, --SECTION:NAME=VALUE or the command {HealthCommand.Name}, "
                    + $"with a section of {string.Join(", ", Sections)}.");
            }

            if (parts.Length == 1 && ++i == args.Count) throw new FormatException($"{args[i - 1]}: a value is missing.");
        }
    }

    private static bool IsSetting(string name)
    {
        if (name == "--model") return true;
        if (!name.StartsWith("--", StringComparison.Ordinal)) return false;
        string[] path = name[2..].Split(':');
        return path.Length > 1 && Sections.Contains(path[0], StringComparer.OrdinalIgnoreCase);
    }
}
