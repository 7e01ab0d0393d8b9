using AsrService.Interop.Tests.Peers;
using Xunit;

namespace AsrService.Interop.Tests;

/// <summary>The public interop cases between this runtime and others, in both directions, as separate processes.</summary>
[Trait("Category", "EndToEnd")]
public class MatrixTests(InteropFixture fixture)
{
    private static readonly (Runtime Client, Runtime Server)[] Pairs =
    [
        (Runtime.Ours, Runtime.Ours),
        (Runtime.GrpcJs, Runtime.Ours),
        (Runtime.Grpcio, Runtime.Ours),
        (Runtime.Ours, Runtime.GrpcJs),
        (Runtime.Ours, Runtime.Grpcio),
    ];

    public static TheoryData<Runtime, Runtime, string> ClearText => Cases.Rows(Cases.Of, Pairs);

    public static TheoryData<Runtime, Runtime, string> Tls => Cases.Rows(_ => Cases.OverTls, Pairs);

    public static TheoryData<Runtime, Runtime, string> UnixSocket => Cases.Rows(_ => Cases.OverUnixSocket, Pairs);

    public static TheoryData<Runtime, Runtime, string> Services => Cases.Rows(
        _ => Cases.HealthAndReflection, (Runtime.GrpcJs, Runtime.Ours), (Runtime.Grpcio, Runtime.Ours));

    [Theory, MemberData(nameof(ClearText))]
    public Task Case_OverClearText_Passes(Runtime client, Runtime server, string name) =>
        fixture.RunAsync(client, server, name);

    [Theory, MemberData(nameof(Tls))]
    public Task Case_OverTls_Passes(Runtime client, Runtime server, string name) =>
        fixture.RunAsync(client, server, name, Transport.Tls);

    [Theory, MemberData(nameof(UnixSocket))]
    public Task Case_OverUnixSocket_Passes(Runtime client, Runtime server, string name) =>
        fixture.RunAsync(client, server, name, Transport.UnixSocket);

    [Theory, MemberData(nameof(Services))]
    public Task Case_OfHealthOrReflection_Passes(Runtime client, Runtime server, string name) =>
        fixture.RunAsync(client, server, name);
}
