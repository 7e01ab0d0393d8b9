using AsrService.Interop.Tests.Peers;
using Xunit;

namespace AsrService.Interop.Tests;

/// <summary>The other runtimes between themselves: where these fail too, the fault is not ours.</summary>
[Trait("Category", "EndToEnd")]
public class ControlTests(InteropFixture fixture)
{
    private static readonly (Runtime Client, Runtime Server)[] Pairs =
        [(Runtime.GrpcJs, Runtime.Grpcio), (Runtime.Grpcio, Runtime.GrpcJs)];

    public static TheoryData<Runtime, Runtime, string> ClearText => Cases.Rows(Cases.Of, Pairs);

    public static TheoryData<Runtime, Runtime, string> Tls => Cases.Rows(_ => Cases.OverTls, Pairs);

    public static TheoryData<Runtime, Runtime, string> UnixSocket => Cases.Rows(_ => Cases.OverUnixSocket, Pairs);

    [Theory, MemberData(nameof(ClearText))]
    public Task Case_OverClearText_Passes(Runtime client, Runtime server, string name) =>
        fixture.RunAsync(client, server, name);

    [Theory, MemberData(nameof(Tls))]
    public Task Case_OverTls_Passes(Runtime client, Runtime server, string name) =>
        fixture.RunAsync(client, server, name, Transport.Tls);

    [Theory, MemberData(nameof(UnixSocket))]
    public Task Case_OverUnixSocket_Passes(Runtime client, Runtime server, string name) =>
        fixture.RunAsync(client, server, name, Transport.UnixSocket);

    [Theory, InlineData(Runtime.GrpcJs), InlineData(Runtime.Grpcio)]
    public async Task Case_ThatDoesNotExist_FailsAndSaysSo(Runtime runtime)
    {
        var failure = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(
            () => fixture.RunAsync(runtime, runtime, "no_such_case"));

        Assert.Contains("there is no case no_such_case", failure.Message);
    }
}
