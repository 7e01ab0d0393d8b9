using System.Net;
using System.Net.Sockets;

namespace AsrService.Client.Tests;

/// <summary>A local TCP relay to a service that cuts connections wherever a test wants, amid messages too.</summary>
internal sealed class CuttingRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private readonly Queue<(long Up, long Down)> _cuts = new();
    private readonly Task _accepting;

    /// <param name="target">Where connections go.</param>
    /// <param name="cuts">After how many bytes each connection is cut, upstream or downstream; those after them are not.</param>
    public CuttingRelay(Uri target, params IEnumerable<(long Up, long Down)> cuts)
    {
        Target = target;
        foreach (var cut in cuts) _cuts.Enqueue(cut);
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>Where new connections go.</summary>
    public Uri Target { get; set; }

    /// <summary>Connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Whether new connections are closed at once.</summary>
    public bool IsDown { get; set; }

    /// <summary>Cuts all connections that are open.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _open) Abort(socket);
            _open.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task RelayAsync(Socket from)
    {
        var to = new Socket(SocketType.Stream, ProtocolType.Tcp);
        long up = long.MaxValue, down = long.MaxValue;
        lock (_gate)
        {
            Connections++;
            _open.AddRange([from, to]);
            if (_cuts.TryDequeue(out var cut)) (up, down) = cut;
        }

        try
        {
            if (!IsDown)
            {
                await to.ConnectAsync(IPAddress.Loopback, Target.Port);
                from.NoDelay = to.NoDelay = true;
                await await Task.WhenAny(CopyAsync(from, to, up), CopyAsync(to, from, down));
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // Either side has left, or was cut.
        }

        Abort(from);
        Abort(to);
    }

    /// <summary>Copies so many bytes, then returns, and so cuts.</summary>
    private static async Task CopyAsync(Socket from, Socket to, long bytes)
    {
        byte[] buffer = new byte[16 * 1024];
        while (bytes > 0)
        {
            int read = await from.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes)));
            if (read == 0) return;
            for (int sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            bytes -= read;
        }
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0); // a reset, as from a box that forgot the connection
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Dispose();
    }
}
