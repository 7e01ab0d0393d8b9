using System.Diagnostics;

namespace AsrService.Server.Tests.Diagnostics;

/// <summary>The programs of Prometheus, and whether this machine has them.</summary>
internal static class PrometheusPrograms
{
    /// <summary>Skips the test where one is not installed; fails it on a build machine, which has to have all.</summary>
    public static void Require(string program)
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        bool isThere = path.Any(folder => File.Exists(Path.Combine(folder, program)));
        bool isBuildMachine = Environment.GetEnvironmentVariable("CI") is "true" or "1";
        Assert.SkipUnless(isThere || isBuildMachine, $"{program} is not installed; tests/run.sh installs it.");
        Assert.True(isThere, $"{program} is not installed, and CI is set: tests/run.sh has to install it.");
    }

    /// <summary>Runs promtool to its end.</summary>
    public static async Task<(int Code, string Said)> RunPromtoolAsync(string input, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
