using System.Net;
using System.Net.Sockets;

namespace AsrService.Server.Tests;

/// <summary>Carries one connection to a server, and cuts it when so many bytes of the caller have come through.</summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _running;

    public CuttingRelay(Uri server, int bytes)
    {
        _listener.Start();
        _running = RunAsync(server, bytes);
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(Uri server, int bytes)
    {
        using var caller = await _listener.AcceptTcpClientAsync();
        using var callee = new TcpClient();
        await callee.ConnectAsync(server.Host, server.Port);
        foreach (var side in new[] { caller, callee }) side.LingerState = new LingerOption(true, 0); // a reset, as when a cable is pulled
        var back = callee.GetStream().CopyToAsync(caller.GetStream());
        var buffer = new byte[4096];
        while (bytes > 0)
        {
            int count = await caller.GetStream().ReadAsync(buffer.AsMemory(0, Math.Min(bytes, buffer.Length)));
            if (count == 0) break;
            await callee.GetStream().WriteAsync(buffer.AsMemory(0, count));
            bytes -= count;
        }

        caller.Close();
        callee.Close();
        await back.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
