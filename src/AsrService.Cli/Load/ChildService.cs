using System.Diagnostics;
using AsrService.Cli.Service;

namespace AsrService.Cli.Load;

/// <summary>
/// A service in a process of its own on a free port of loopback, so that its processor time and memory are apart from the
/// client's. It ends when its stdin does, so it never outlives this process.
/// </summary>
internal sealed class ChildService : IAsyncDisposable
{
    private readonly Process _process;

    private ChildService(Process process, string address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts it, and waits until it serves.</summary>
    /// <param name="model">Folder of the model.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ServiceException">It does not start; it has said why on stderr.</exception>
    public static async Task<ChildService> StartAsync(string model, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        bool isRunByDotnet = Path.GetFileNameWithoutExtension(start.FileName) == "dotnet";
        if (isRunByDotnet) start.ArgumentList.Add(typeof(ChildService).Assembly.Location);
        start.ArgumentList.Add(Commands.LoadServiceCommand.Name);
        start.ArgumentList.Add(model);
        var process = Process.Start(start)!;
        try
        {
            string address = await process.StandardOutput.ReadLineAsync(cancellation)
                ?? throw new ServiceException(ExitCodes.ServiceFailed, "asr load: the service did not start.");
            return new ChildService(process, address);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(); // nothing of it is needed any more, and a slow end would outlast an interrupt's grace
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
