using AsrService.Interop.Tests.Peers;
using Xunit;

namespace AsrService.Interop.Tests;

/// <summary>The public names of the cases, and which of them a server is able to take part in.</summary>
internal static class Cases
{
    /// <summary>Cases about connections as such: worth repeating over TLS.</summary>
    public static readonly string[] OverTls = ["per_rpc_creds", "large_unary", "ping_pong"];

    /// <summary>Cases worth repeating over a Unix socket.</summary>
    public static readonly string[] OverUnixSocket = ["large_unary", "ping_pong", "cancel_after_first_response"];

    /// <summary>Cases about services that servers of ours offer beside their own.</summary>
    public static readonly string[] HealthAndReflection =
        ["health", "health_watch", "reflection_v1", "reflection_v1alpha"];

    private static readonly string[] Common =
    [
        "empty_unary", "large_unary", "client_streaming", "server_streaming", "ping_pong", "half_duplex",
        "empty_stream", "cancel_after_begin", "cancel_after_first_response", "cancel_reaches_server",
        "timeout_on_sleeping_server", "custom_metadata", "binary_metadata", "status_code_and_message",
        "special_status_message", "unimplemented_method", "unimplemented_service", "client_compressed_unary",
        "client_compressed_streaming",
    ];

    private static readonly string[] CompressedResponses = ["server_compressed_unary", "server_compressed_streaming"];

    /// <summary>Cases over clear text.</summary>
    public static IEnumerable<string> Of(Runtime server) =>
        server == Runtime.GrpcJs ? Common : [.. Common, .. CompressedResponses]; // grpc-js never compresses responses

    /// <summary>Every case of every pair of client and server.</summary>
    public static TheoryData<Runtime, Runtime, string> Rows(
        Func<Runtime, IEnumerable<string>> cases, params (Runtime Client, Runtime Server)[] pairs)
    {
        var rows = new TheoryData<Runtime, Runtime, string>();
        foreach (var (client, server) in pairs)
        {
            foreach (string name in cases(server)) rows.Add(client, server, name);
        }

        return rows;
    }
}
