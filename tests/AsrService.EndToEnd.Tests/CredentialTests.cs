using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;
using AsrService.EndToEnd.Tests.Service;
using AsrService.Hosting.Tests.Auth;
using Grpc.Core;

namespace AsrService.EndToEnd.Tests;

/// <summary>Keys and certificates as other implementations of gRPC send them.</summary>
[Trait("Category", "EndToEnd")]
public class CredentialTests
{
    private const string Key = "key-of-acme-0123456789";

    public static TheoryData<Runtime> Runtimes => [Runtime.GrpcJs, Runtime.Grpcio];

    [Theory]
    [MemberData(nameof(Runtimes))]
    public async Task Call_ToAServiceThatAsks_NeedsAKeyOrACertificate(Runtime runtime)
    {
        using var authority = new Authority("ours");
        using var foreign = new Authority("foreign");
        await using var client = new ForeignClient(runtime);
        await using var service = await ServiceProcess.StartAsync(
        [
            .. authority.Serve("Grpc").Select(setting => $"{setting.Name}={setting.Value}"),
            $"Asr:Auth:ClientCertificates:AuthorityFiles:0={authority.File}",
            "Asr:Auth:ApiKeys:0:Tenant=acme", $"Asr:Auth:ApiKeys:0:Key={Key}",
        ]);

        Assert.Equal(StatusCode.OK, await CodeAsync(Ask(authority), ("x-api-key", Key)));
        Assert.Equal(StatusCode.OK, await CodeAsync(Ask(authority), ("authorization", "Bearer " + Key)));
        Assert.Equal(StatusCode.OK, await CodeAsync(Ask(authority, authority)));
        Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(Ask(authority)));
        Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(Ask(authority), ("x-api-key", Key + "x")));
        Assert.Equal(StatusCode.Unavailable, await CodeAsync(Ask(authority, foreign)));
        var live = await client.RunAsync(service.Grpc, new CallScript(CallScript.Transcriber, "StreamingTranscribe") { Tls = Ask(authority) }.End());
        Assert.Equal(StatusCode.Unauthenticated, live.Code);
        Assert.NotNull(live.Details);
        Assert.DoesNotContain(service.Log, line => line.Contains(Key, StringComparison.Ordinal));

        async Task<StatusCode> CodeAsync(Dictionary<string, string> tls, params (string Name, string Value)[] metadata)
        {
            var script = new CallScript(CallScript.Transcriber, "GetCapabilities")
            {
                Tls = tls, Metadata = metadata.ToDictionary(one => one.Name, one => one.Value), HasOwnConnection = true,
            };
            return (await client.RunAsync(service.Grpc, script.Send(new GetCapabilitiesRequest()))).Code;
        }
    }

    /// <summary>Files of a client that trusts an authority, with a certificate of one.</summary>
    private static Dictionary<string, string> Ask(Authority server, Authority? own = null)
    {
        var files = new Dictionary<string, string> { ["ca"] = server.File };
        if (own is null) return files;
        using var certificate = own.Issue("CN=acme");
        (files["cert"], files["key"]) = own.Write(certificate);
        return files;
    }
}
