using System.Diagnostics;
using Xunit;

namespace AsrService.TestKit;

/// <summary>Programs that are not ours and that some tests need.</summary>
public static class Tools
{
    /// <summary>Skips the test where one is not installed; fails it on a build machine, which has to have all.</summary>
    public static void Require(string program)
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Require(program, path.Any(folder => File.Exists(Path.Combine(folder, program))));
    }

    /// <inheritdoc cref="Require(string)"/>
    /// <param name="name">Of what is needed.</param>
    /// <param name="isThere">Whether it is.</param>
    public static void Require(string name, bool isThere)
    {
        bool isBuildMachine = Environment.GetEnvironmentVariable("CI") is "true" or "1";
        Assert.SkipUnless(isThere || isBuildMachine, $"{name} is not installed; tests/run.sh installs it.");
        Assert.True(isThere, $"{name} is not installed, and CI is set: tests/run.sh has to install it.");
    }

    /// <summary>Runs one to its end.</summary>
    /// <param name="start">Its command line.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="input">Of its stdin.</param>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        ProcessStartInfo start, CancellationToken cancellationToken, string input = "")
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
