using AsrService.Cli.Commands;
using AsrService.Hosting;
using AsrService.Hosting.Tests.Auth;
using AsrService.Server;
using AsrService.TestKit;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace AsrService.Cli.Tests.Service;

/// <summary>The program and a service that asks who calls.</summary>
public class AccessTests
{
    private const string Key = "key-of-acme-0123456789";

    private static readonly string[] Asking = ["Asr:Auth:ApiKeys:0:Tenant=acme", "Asr:Auth:ApiKeys:0:Key=" + Key];

    [Theory, Trait("Category", "EndToEnd"), InlineData("transcribe"), InlineData("stream")]
    public async Task Key_OnTheCommandLineOrInTheEnvironment_LetsIn(string command)
    {
        await using var app = await StartAsync(Asking);
        string[] arguments = [command, "--server", ServerAddresses.Of(app).Grpc.OriginalString, Recordings.Numbers];
        if (command == "stream") arguments = [.. arguments, "--pace", "0"];

        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync([.. arguments, "--api-key", Key]));
        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(new AsrStart(arguments) { Environment = { [AccessOptions.KeyVariable] = Key } }));
        AsrAssert.Refused(
            ExitCodes.ServiceFailed, await AsrProcess.RunAsync(arguments), "the service wants other credentials", "are missing");
        var wrong = await AsrProcess.RunAsync([.. arguments, "--token", Key + "x"]);
        AsrAssert.Refused(ExitCodes.ServiceFailed, wrong, "are invalid");
        Assert.DoesNotContain(Key, wrong.Errors, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "EndToEnd")]
    public async Task Certificate_OfAnAuthorityThatTheServiceTrusts_LetsIn()
    {
        using var authority = new Authority("ours");
        using var certificate = authority.Issue("CN=acme");
        var (file, key) = authority.Write(certificate);
        await using var app = await StartAsync(
            [.. authority.Serve("Grpc").Select(setting => $"{setting.Name}={setting.Value}"), $"Asr:Auth:ClientCertificates:AuthorityFiles:0={authority.File}"]);
        string address = ServerAddresses.Of(app).Grpc.OriginalString;

        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(
            "transcribe", "--server", address, "--ca", authority.File, "--cert", file, "--key", key, Recordings.Numbers));
        AsrAssert.Ended(ExitCodes.Done, await AsrProcess.RunAsync(
            "load", "--server", address, "--ca", authority.File, "--cert", file, "--key", key, "--streams", "2", "--pace", "0", "--duration", "5"));
        AsrAssert.Refused(
            ExitCodes.ServiceFailed, await AsrProcess.RunAsync("transcribe", "--server", address, "--ca", authority.File, Recordings.Numbers),
            "the service wants other credentials");
        AsrAssert.Refused(
            ExitCodes.ServiceFailed, await AsrProcess.RunAsync("transcribe", "--server", address, "--cert", file, "--key", key, Recordings.Numbers),
            "no TLS connection");
    }

    [Theory, Trait("Category", "EndToEnd")]
    [InlineData("--token: has no meaning with --api-key.", "--server", "localhost:1", "--api-key", "a", "--token", "b")]
    [InlineData("--api-key: expected visible ASCII", "--server", "localhost:1", "--api-key", "a b")]
    [InlineData("--key: expected together with --cert only.", "--server", "localhost:1", "--key", "a")]
    [InlineData("--ca: /none: ", "--server", "https://localhost:1", "--ca", "/none")]
    [InlineData("--cert: /none: ", "--server", "https://localhost:1", "--cert", "/none")]
    [InlineData("--api-key: has no meaning without --server.", "--api-key", "a")]
    public async Task Options_ThatContradict_AreRefused(string message, params string[] options) => AsrAssert.Refused(
        ExitCodes.Usage, await AsrProcess.RunAsync(["transcribe", .. options, Recordings.Numbers]), message);

    [Fact, Trait("Category", "EndToEnd")]
    public async Task Authorities_ForClearText_AreRefused()
    {
        using var authority = new Authority("ours");

        AsrAssert.Refused(
            ExitCodes.Usage, await AsrProcess.RunAsync("transcribe", "--server", "localhost:1", "--ca", authority.File, Recordings.Numbers),
            "--ca, --cert: expected with an https address only.");
    }

    private static async Task<WebApplication> StartAsync(string[] settings)
    {
        string[] all =
        [
            "Kestrel:Endpoints:Grpc:Url=http://127.0.0.1:0", "Kestrel:Endpoints:Http:Url=http://127.0.0.1:0",
            $"Asr:Models:0:Path={Path.Combine(RepositoryPaths.Root, "models", "demo-asr")}", .. settings,
        ];
        var app = ServerApplication.Create([.. all.Select(setting => "--" + setting)]);
        await app.StartAsync();
        return app;
    }
}
