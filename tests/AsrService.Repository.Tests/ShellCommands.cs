namespace AsrService.Repository.Tests;

/// <summary>Commands that a Markdown file shows in its <c>sh</c> blocks.</summary>
internal static class ShellCommands
{
    private const string Fence = "```";

    /// <summary>Each command, continued lines joined, with the line it begins on; comments and prompts left out.</summary>
    public static IEnumerable<(int Line, string Text)> In(IEnumerable<(int Line, string Text)> markdown)
    {
        bool inBlock = false;
        int begun = 0;
        string command = "";
        foreach (var (line, text) in markdown)
        {
            string trimmed = text.Trim();
            if (trimmed.StartsWith(Fence, StringComparison.Ordinal))
            {
                inBlock = !inBlock && trimmed == Fence + "sh";
                continue;
            }
            if (!inBlock || trimmed.Length == 0 || trimmed[0] == '#') continue;

            if (command.Length == 0) begun = line;
            command += trimmed.StartsWith("$ ", StringComparison.Ordinal) ? trimmed[2..] : trimmed;
            if (command.EndsWith('\\'))
            {
                command = command[..^1];
                continue;
            }
            yield return (begun, command);
            command = "";
        }
    }

    /// <summary>Files and folders that a command of ours needs: its script or project, and paths into our folders.</summary>
    /// <returns>Paths from the root; empty for a command that is not ours.</returns>
    public static IEnumerable<string> PathsOf(string command)
    {
        string[] words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('"', '\''))];
        if (words[0].StartsWith("./", StringComparison.Ordinal)) words[0] = words[0][2..];
        bool isOurs = words[0] == "tests/run.sh" || words is ["dotnet", "run", ..];
        if (!isOurs) return [];

        var projects = words.Where((_, i) => i > 0 && words[i - 1] is "--project" or "-p");
        return projects.Concat(words.Where(IsOurPath)).Distinct();
    }

    private static bool IsOurPath(string word) =>
        word.Split('/') is [var first, _, ..] && first is "src" or "tests" or "benchmarks" or "samples" or "deploy"
        || word.StartsWith("models/demo-", StringComparison.Ordinal); // other checkpoints are the user's own
}
