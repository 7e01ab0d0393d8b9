using System.Security.Cryptography;
using System.Text;
using AsrService.Contracts.V1;
using AsrService.Rpc.Tests;

namespace AsrService.Hosting.Tests.Auth;

/// <summary>A gate with keys and tokens, and calls whose headers a test decides.</summary>
public sealed class GateFixture : IAsyncLifetime
{
    public const string Key = "key-of-acme-0123456789", HashedKey = "key-of-umbrella-012345", AdminKey = "key-of-operator-012345";

    public const string Stats = "/asr.v1.Operations/GetStats", Drain = "/asr.v1.Operations/SetDrain";

    private GateHost? _host;

    internal GateHost Host => _host!;

    internal Tokens Tokens { get; } = new();

    public async ValueTask InitializeAsync() => _host = await GateHost.StartAsync(
    [
        ("Asr:Auth:ApiKeys:0:Tenant", "acme"), ("Asr:Auth:ApiKeys:0:Key", Key),
        ("Asr:Auth:ApiKeys:1:Tenant", "umbrella"),
        ("Asr:Auth:ApiKeys:1:KeySha256", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(HashedKey)))),
        ("Asr:Auth:ApiKeys:2:Tenant", "operator"), ("Asr:Auth:ApiKeys:2:Key", AdminKey), ("Asr:Auth:ApiKeys:2:Admin", "true"),
        .. Tokens.Settings,
    ]);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Tokens.Dispose();
    }

    /// <summary>One call over clear-text HTTP/2.</summary>
    internal Task<RawResponse> CallAsync(string path, params (string Name, string Value)[] headers) => CallAsync(Host, path, headers);

    /// <summary>One call of a host.</summary>
    internal static async Task<RawResponse> CallAsync(GateHost host, string path, params (string Name, string Value)[] headers)
    {
        await using var raw = await RawConnection.OpenAsync(host.Grpc.Port);
        await raw.SendCallAsync(path, Frames.Message([]), headers);
        return await raw.ReadResponseAsync(1);
    }

    /// <summary>Who a call was taken for.</summary>
    internal static string CallerOf(RawResponse answer) => answer.Status == "0"
        ? GetStatsResponse.Parser.ParseFrom(answer.Body.AsSpan(5)).ServerVersion
        : $"{answer.Status} {(answer.Headers.ContainsKey("grpc-status-details-bin") ? answer.Cause.Metadata["cause"] : "")}";
}
