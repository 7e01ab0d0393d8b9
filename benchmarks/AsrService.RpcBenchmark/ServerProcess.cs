using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;

namespace AsrService.RpcBenchmark;

/// <summary>What the server has used so far.</summary>
internal readonly record struct Usage(TimeSpan Processor, long AllocatedBytes, int Collections, long WorkingSet);

/// <summary>The server in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    public string Address { get; }

    public static async Task<ServerProcess> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string address = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The server has ended.");
        return new ServerProcess(process, address);
    }

    public GrpcChannel Connect() => GrpcChannel.ForAddress(Address);

    public async Task<Usage> UsageAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        long[] numbers = [.. (await _process.StandardOutput.ReadLineAsync())!.Split(' ')
            .Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return new Usage(TimeSpan.FromTicks(numbers[0]), numbers[1], (int)numbers[2], numbers[3]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
