namespace AsrService.Deploy.Tests.Containers;

/// <summary>An instruction such as <c>COPY src/ src/</c>.</summary>
/// <param name="Stage">Which image it makes, from 0.</param>
/// <param name="Name">In capitals.</param>
/// <param name="Arguments">The rest of the line and of those that continue it.</param>
internal sealed record Instruction(int Stage, string Name, string Arguments)
{
    public string[] Words => Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The instructions of deploy/Dockerfile.</summary>
internal static class Dockerfile
{
    private static readonly Lazy<IReadOnlyList<Instruction>> Parsed = new(() => [.. Parse(DeployFiles.Read("Dockerfile"))]);

    public static IReadOnlyList<Instruction> Instructions => Parsed.Value;

    /// <summary>Of the image that runs.</summary>
    public static IEnumerable<Instruction> Final => Instructions.Where(one => one.Stage == Instructions[^1].Stage);

    public static Instruction Last(string name) => Final.Last(one => one.Name == name);

    /// <summary>What the image sets in the environment.</summary>
    public static Dictionary<string, string> Environment =>
        Last("ENV").Words.Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>Sources and target of copies from the repository.</summary>
    public static IEnumerable<(int Stage, string[] Sources, string Target)> Copies =>
        from one in Instructions
        where one.Name == "COPY" && !one.Arguments.StartsWith("--from", StringComparison.Ordinal)
        select (one.Stage, one.Words[..^1], one.Words[^1]);

    private static IEnumerable<Instruction> Parse(string text)
    {
        int stage = -1;
        string pending = "";
        foreach (string line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            pending += " " + line.TrimEnd('\\').Trim();
            if (line.EndsWith('\\')) continue;
            string[] parts = pending.Trim().Split(' ', 2);
            if (parts[0] == "FROM") stage++;
            yield return new(stage, parts[0], parts[1]);
            pending = "";
        }
    }
}
