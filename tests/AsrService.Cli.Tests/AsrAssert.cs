using System.Text.Json;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

/// <summary>What holds for every run of the program.</summary>
internal static class AsrAssert
{
    public const string DemoNotice = "demo-asr (demonstration model): A demonstration model";

    /// <summary>Ended with this code, without a stack trace, an escape sequence or a file left behind.</summary>
    public static AsrResult Ended(int code, AsrResult result)
    {
        Assert.True(code == result.ExitCode, $"exit code {result.ExitCode}, not {code}; stderr: {result.Errors}");
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Output + result.Errors);
        Assert.Empty(result.LeftBehind);
        return result;
    }

    /// <summary>Wrote nothing but one line on stderr, with all of these in it.</summary>
    public static void Refused(int code, AsrResult result, params ReadOnlySpan<string> parts)
    {
        Ended(code, result);
        Assert.Empty(result.Output);
        string line = Assert.Single(result.ErrorLines);
        foreach (string part in parts) Assert.Contains(part, line, StringComparison.Ordinal);
    }

    /// <summary>The JSON objects on stdout, one a line.</summary>
    public static JsonElement[] Objects(AsrResult result) =>
        [.. Ended(ExitCodes.Done, result).OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The ids of all segments.</summary>
    public static int[] Tokens(JsonElement transcript) =>
        [.. transcript.GetProperty("token_ids").EnumerateArray().Select(id => id.GetInt32())];

    /// <summary>The lines of stderr but the demonstration model's notice.</summary>
    public static string[] ErrorsBesidesNotice(AsrResult result) =>
        [.. result.ErrorLines.Where(line => !line.StartsWith(DemoNotice, StringComparison.Ordinal))];
}
