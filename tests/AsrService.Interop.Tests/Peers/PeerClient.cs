using System.Text.Json.Serialization;

namespace AsrService.Interop.Tests.Peers;

/// <summary>A case to run.</summary>
internal sealed record ClientCommand(
    [property: JsonPropertyName("case")] string Case,
    [property: JsonPropertyName("address")] string Address,
    [property: JsonPropertyName("certificate"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? Certificate,
    [property: JsonPropertyName("sees_compression")] bool SeesCompression);

/// <summary>How it went, and why not.</summary>
internal sealed record ClientResult(
    [property: JsonPropertyName("passed")] bool Passed,
    [property: JsonPropertyName("reason")] string? Reason);

/// <summary>A client that runs one case after the other.</summary>
internal sealed class PeerClient(Runtime runtime) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public PeerProcess Process { get; } = new(Programs.Client(runtime));

    public async Task<ClientResult> RunAsync(ClientCommand command, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Process.WriteAsync(command, cancellationToken);
            return await Process.ReadAsync<ClientResult>(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _turn.Dispose();
    }
}
