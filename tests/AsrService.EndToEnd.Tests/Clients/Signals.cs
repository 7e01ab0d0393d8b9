using System.Diagnostics;

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>Signals to processes of ours.</summary>
internal static class Signals
{
    /// <param name="process">Its id.</param>
    /// <param name="signal">As <c>kill</c> names it.</param>
    public static async Task SendAsync(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{process}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
