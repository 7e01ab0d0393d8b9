namespace AsrService.Client;

/// <summary>The instances that there are: calls begin with the one that answered last. Safe for use from any thread.</summary>
internal sealed class Addresses : IDisposable
{
    private readonly Connection[] _connections;
    private readonly CancellationTokenSource _closing = new();
    private volatile int _good;

    /// <exception cref="ArgumentException">None, or one that is not an address.</exception>
    public Addresses(IReadOnlyList<string> addresses, AsrClientOptions options)
    {
        if (addresses.Count == 0) throw new ArgumentException("There is no address.", nameof(addresses));
        _connections = [.. addresses.Select(address => new Connection(address, options))];
    }

    /// <summary>Cancelled when the client is disposed.</summary>
    public CancellationToken Closing => _closing.Token;

    public int Count => _connections.Length;

    /// <summary>The place of the one that answered last.</summary>
    public int Good => _good;

    /// <summary>The one at a place; places go round.</summary>
    public Connection this[int place] => _connections[place % _connections.Length];

    /// <summary>Notes that the one at a place answers.</summary>
    public void Answered(int place) => _good = place % _connections.Length;

    public void Dispose()
    {
        _closing.Cancel(); // first, so that streams do not take it for a break
        foreach (var connection in _connections) connection.Dispose();
    }
}
