namespace AsrService.Client.Tests;

/// <summary>What tests ask of a server's process.</summary>
internal static class ServerProcesses
{
    /// <summary>Waits until it serves.</summary>
    /// <returns>Where.</returns>
    public static async Task<string> AddressAsync(this ServerProcess server)
    {
        string grpc = await server.ReadLineAsync();
        for (int i = 0; i < 3; i++) await server.ReadLineAsync();
        return grpc["gRPC: ".Length..];
    }
}
