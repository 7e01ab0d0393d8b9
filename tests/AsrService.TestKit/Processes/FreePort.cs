using System.Net;
using System.Net.Sockets;

namespace AsrService.TestKit;

/// <summary>For programs that cannot be asked which port they took.</summary>
public static class FreePort
{
    /// <summary>One of loopback that was free a moment ago.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
