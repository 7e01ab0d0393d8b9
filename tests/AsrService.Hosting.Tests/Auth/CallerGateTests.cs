using System.Net.Sockets;
using System.Text;
using AsrService.Rpc.Tests;
using static AsrService.Hosting.Tests.Auth.GateFixture;

namespace AsrService.Hosting.Tests.Auth;

/// <summary>Who gets through the gate, and as whom; and everybody who must not.</summary>
[Trait("Category", "EndToEnd")]
public class CallerGateTests(GateFixture gate) : IClassFixture<GateFixture>
{
    [Theory]
    [InlineData("acme False", "authorization", "Bearer " + Key)]
    [InlineData("acme False", "authorization", "bearer " + Key)]
    [InlineData("acme False", "authorization", "BEARER   " + Key)]
    [InlineData("acme False", "authorization", "ApiKey " + Key)]
    [InlineData("acme False", "x-api-key", Key)]
    [InlineData("umbrella False", "authorization", "Bearer " + HashedKey)]
    [InlineData("operator True", "x-api-key", AdminKey)]
    public async Task Call_GoodKey_IsItsTenants(string caller, string header, string value) =>
        Assert.Equal(caller, CallerOf(await gate.CallAsync(Stats, (header, value))));

    [Theory]
    [InlineData("missing")]
    [InlineData("invalid", "authorization", "Bearer wrong-key-0123456789")]
    [InlineData("invalid", "authorization", "Bearer " + Key + "0")]
    [InlineData("invalid", "authorization", "Bearer key-of-acme-012345678")]
    [InlineData("invalid", "authorization", "Bearer KEY-OF-ACME-0123456789")]
    [InlineData("invalid", "x-api-key", "x")]
    [InlineData("malformed", "authorization", Key)]
    [InlineData("malformed", "authorization", "Basic a2V5Og==")]
    [InlineData("malformed", "authorization", "")]
    [InlineData("malformed", "authorization", "Bearer")]
    [InlineData("malformed", "authorization", "Bearer ")]
    [InlineData("malformed", "authorization", "Bearer " + Key + ",Bearer " + Key)]
    [InlineData("malformed", "authorization", "Bearer wrong-key-0123456789, Bearer " + Key)]
    [InlineData("malformed", "authorization", "Bearer " + Key + " " + Key)]
    [InlineData("malformed", "authorization", "Bearer\t" + Key)]
    [InlineData("malformed", "authorization", "Bearer " + Key, "authorization", "Bearer " + Key)]
    [InlineData("malformed", "authorization", "Bearer wrong-key-0123456789", "authorization", "Bearer " + Key)]
    [InlineData("malformed", "authorization", "Bearer " + Key, "x-api-key", Key)]
    [InlineData("malformed", "x-api-key", Key, "x-api-key", Key)]
    [InlineData("malformed", "x-api-key", "")]
    [InlineData("missing", "authorization-bin", "AAAA")]
    [InlineData("missing", "proxy-authorization", "Bearer " + Key)]
    [InlineData("missing", "cookie", "authorization=Bearer " + Key)]
    public async Task Call_WithoutAGoodKey_IsRefusedAndSaysWhy(string cause, params string[] headers)
    {
        int before = gate.Host.Probe.Calls;

        var answer = await gate.CallAsync(Stats, [.. headers.Chunk(2).Select(pair => (pair[0], pair[1]))]);

        Assert.Equal($"16 {cause}", CallerOf(answer));
        Assert.Equal(ErrorReasons.Credentials, answer.Cause.Reason);
        Assert.Equal("Bearer", answer.Headers["www-authenticate"]);
        Assert.Equal(before, gate.Host.Probe.Calls);
    }

    [Theory]
    [InlineData("Bearer \u0080\u00ff\u00fe")]
    [InlineData("Bearer \u0001\u0002")]
    [InlineData("\u00c3\u00a9")]
    public async Task Call_BinaryJunk_GetsNowhere(string value)
    {
        int before = gate.Host.Probe.Calls;

        var answer = await gate.CallAsync(Stats, ("authorization", value));

        Assert.NotEqual("0", answer.Status);
        Assert.Equal(before, gate.Host.Probe.Calls);
    }

    [Fact]
    public async Task Call_LongerThanAnyCredential_IsRefused() =>
        Assert.Equal("16 malformed", CallerOf(await gate.CallAsync(Stats, ("authorization", "Bearer " + new string('k', 9_000)))));

    [Fact]
    public async Task Call_HeadersOf64KiB_GetNowhereAndOthersDo()
    {
        byte[] block = Frames.HeaderBlock(RawConnection.CallHeaders(Stats, ("x-api-key", Key), ("x-filling", new string('f', 64 * 1024))));
        await using var raw = await RawConnection.OpenAsync(gate.Host.Grpc.Port);
        byte[][] pieces = [.. block.Chunk(16_000)];

        for (int i = 0; i < pieces.Length; i++)
        {
            byte flags = i == pieces.Length - 1 ? Frames.EndHeaders : (byte)0;
            await raw.TrySendAsync(Frames.Frame(i == 0 ? Frames.Headers : Frames.Continuation, flags, 1, pieces[i]));
        }

        Assert.NotEqual("0", (await raw.ReadResponseAsync(1)).Status);
        Assert.Equal("acme False", CallerOf(await gate.CallAsync(Stats, ("x-api-key", Key))));
    }

    [Fact]
    public async Task Call_AHundredAndOneHeaders_GetsNowhere()
    {
        var answer = await gate.CallAsync(Stats, [("x-api-key", Key), .. Enumerable.Range(0, 100).Select(i => ($"h{i}", "v"))]);

        Assert.NotEqual("0", answer.Status);
    }

    [Theory]
    [InlineData("/asr.v1.Operations/GetStats")]
    [InlineData("/asr.v1.Operations/NoSuchMethod")]
    [InlineData("/no.such.Service/Method")]
    [InlineData("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    [InlineData("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")]
    [InlineData("/grpc.health.v1.Health/NoSuchMethod")]
    [InlineData("/GRPC.HEALTH.V1.HEALTH/../asr.v1.Operations/GetStats")]
    [InlineData("/closed")]
    [InlineData("/")]
    public async Task Call_AnythingButHealth_NeedsCredentials(string path)
    {
        Assert.Equal("16 missing", CallerOf(await gate.CallAsync(path)));
        Assert.NotEqual("16", (await gate.CallAsync(path, ("x-api-key", Key))).Status);
    }

    [Fact]
    public async Task Health_WithoutCredentials_Answers()
    {
        Assert.Equal("0", (await gate.CallAsync("/grpc.health.v1.Health/Check")).Status);
        Assert.Equal("0", (await gate.CallAsync("/grpc.health.v1.Health/Check", ("x-api-key", "wrong"))).Status);
    }

    [Theory]
    [InlineData("/open", "200")]
    [InlineData("/metrics", "200")]
    [InlineData("/closed", "401")]
    [InlineData("/no-such-page", "401")]
    [InlineData("/open/../closed", "401")]
    [InlineData("/closed", "200", "X-Api-Key: " + Key)]
    [InlineData("/closed", "200", "AUTHORIZATION: Bearer " + Key)]
    [InlineData("/closed", "401", "Authorization: Bearer " + Key, "Authorization: Bearer " + Key)]
    [InlineData("/closed", "401", "Authorization: Bearer wrong-key-0123456789", "Authorization: Bearer " + Key)]
    [InlineData("/closed", "401", "Authorization: Bearer wrong-key-0123456789\r\n  , Bearer " + Key)]
    [InlineData("/closed?x-api-key=" + Key, "401")]
    [InlineData("/closed", "400", "X-Api-Key : " + Key)]
    public async Task Get_OverHttp1_IsHeldToTheSame(string path, string status, params string[] headers)
    {
        string answer = await GetAsync(path, headers);

        // An obsolete line folding may as well be refused as such.
        bool isFolded = headers.Any(header => header.Contains('\n', StringComparison.Ordinal));
        string found = answer.Split(' ')[1];
        Assert.True(found == status || (isFolded && found == "400"), answer);
        if (found == "401") Assert.Contains("www-authenticate: bearer", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Operators_WithAnAdminKeyConfigured_AreAdminsOnly()
    {
        Assert.Equal("0", (await gate.CallAsync(Drain, ("x-api-key", AdminKey))).Status);
        Assert.Equal("0", (await gate.CallAsync(Drain, ("authorization", "Bearer " + gate.Tokens.Make(scope: "asr.read asr.admin")))).Status);
        foreach (string other in new[] { Key, gate.Tokens.Make(), gate.Tokens.Make(scope: "asr.administrator") })
        {
            var refused = await gate.CallAsync(Drain, ("authorization", "Bearer " + other));
            Assert.Equal("7", refused.Status);
            Assert.Equal(ErrorReasons.Forbidden, refused.Cause.Reason);
        }
    }

    [Fact]
    public async Task Failures_AreCountedByReason_AndLoggedWithoutTheirWords()
    {
        int before = await gate.Host.FailuresAsync("unknown_key");
        int logged = gate.Host.Log.Lines.Count; // other tests put keys where the framework logs them at this level

        await gate.CallAsync(Stats, ("x-api-key", "canary-0123456789abc"));
        await gate.CallAsync(Stats, ("authorization", "Basic canary-0123456789abc"));
        await gate.CallAsync(Stats, ("x-api-key", Key));
        await gate.CallAsync(Stats, ("authorization", "Bearer " + gate.Tokens.MakeForged()));

        Assert.Equal(before + 1, await gate.Host.FailuresAsync("unknown_key"));
        string log = string.Join('\n', gate.Host.Log.Lines.Skip(logged));
        Assert.Contains("UnknownKey", log, StringComparison.Ordinal);
        foreach (string secret in new[] { "canary", Key, HashedKey, AdminKey, gate.Tokens.MakeForged().Split('.')[1] })
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
    }

    private async Task<string> GetAsync(string path, string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", gate.Host.Http.Port, TestContext.Current.CancellationToken);
        string lines = string.Concat(headers.Select(header => header + "\r\n"));
        await client.GetStream().WriteAsync(
            Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
