using Xunit;

namespace AsrService.Repository.Tests;

/// <summary>Places where a rule is broken, each as <c>file:line: what is wrong</c>.</summary>
internal static class Findings
{
    public static string At(string path, int line, string problem) => $"{path}:{line}: {problem}";

    public static void AssertNone(IEnumerable<string> findings)
    {
        var list = findings.ToList();
        if (list.Count > 0) Assert.Fail(string.Join('\n', list));
    }
}
