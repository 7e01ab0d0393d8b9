using System.Net;
using System.Net.Sockets;

namespace AsrService.TestKit;

/// <summary>
/// A way to a server of this machine on which, from a moment on, everything is lost: both ends keep their connections, and
/// no byte and no end comes through any more, as where a network drops packets.
/// </summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _lost = new();
    private readonly List<TcpClient> _ends = [];
    private readonly List<Task> _running = [];
    private readonly int _port;

    /// <param name="port">Of the server.</param>
    public TcpRelay(int port)
    {
        _port = port;
        _listener.Start();
        _running.Add(AcceptAsync());
    }

    /// <summary>Where to call the server.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Loses everything from now on.</summary>
    public Task LoseAsync() => _lost.CancelAsync();

    /// <summary>Closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lost.CancelAsync();
        foreach (var task in _running) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var end in _ends) end.Dispose();
        _listener.Dispose();
        _lost.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var near = await _listener.AcceptTcpClientAsync(_lost.Token);
            var far = new TcpClient();
            _ends.AddRange([near, far]);
            await far.ConnectAsync(IPAddress.Loopback, _port, _lost.Token);
            _running.Add(near.GetStream().CopyToAsync(far.GetStream(), _lost.Token));
            _running.Add(far.GetStream().CopyToAsync(near.GetStream(), _lost.Token));
        }
    }
}
