using System.Net.Sockets;
using System.Text;
using AsrService.Hosting.Tests.Auth;
using AsrService.Rpc.Tests;

namespace AsrService.Hosting.Tests.Limits;

/// <summary>Connections that begin something and do not go on: they end, and others do not notice.</summary>
[Trait("Category", "EndToEnd")]
public class SlowCallerTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Theory]
    [InlineData("nothing")]
    [InlineData("half a preface")]
    [InlineData("a preface alone")]
    [InlineData("half a header block")]
    [InlineData("half a frame")]
    public async Task Connection_ThatDoesNotGoOn_IsClosed(string kind)
    {
        await using var host = await StartAsync();
        byte[] sent = kind switch
        {
            "nothing" => [],
            "half a preface" => Encoding.ASCII.GetBytes(Preface[..10]),
            "a preface alone" => Encoding.ASCII.GetBytes(Preface),
            "half a header block" =>
            [
                .. Encoding.ASCII.GetBytes(Preface), .. Frames.Frame(Frames.Settings, 0, 0, []),
                .. Frames.Frame(Frames.Headers, 0, 1, Frames.HeaderBlock(RawConnection.CallHeaders(GateFixture.Stats))),
            ],
            _ => [.. Encoding.ASCII.GetBytes(Preface), .. Frames.Frame(Frames.Settings, 0, 0, [])[..5]],
        };

        await AssertClosedAsync(host.Grpc.Port, sent);
        await AssertServesAsync(host);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /open HT")]
    [InlineData("GET /open HTTP/1.1\r\nHost: x\r\nX-Slow: ")]
    public async Task Http1Connection_ThatDoesNotGoOn_IsClosed(string sent)
    {
        await using var host = await StartAsync();

        await AssertClosedAsync(host.Http.Port, Encoding.ASCII.GetBytes(sent));
        await AssertServesAsync(host);
    }

    [Fact]
    public async Task UnaryCall_WithHalfAMessage_IsResetAloneOnItsConnection()
    {
        await using var host = await StartAsync(("Asr:Limits:MaxReceive", "00:00:01"));
        await using var raw = await RawConnection.OpenAsync(host.Grpc.Port);
        await raw.SendHeadersAsync(1, RawConnection.CallHeaders(GateFixture.Stats, ("x-api-key", GateFixture.Key)));
        await raw.SendDataAsync(1, Frames.Message([8, 1], length: 1_000));

        var ended = await raw.ReadResponseAsync(1);

        Assert.NotNull(ended.ResetCode);
        Assert.Null(ended.ConnectionError);
        await raw.SendHeadersAsync(3, RawConnection.CallHeaders(GateFixture.Stats, ("x-api-key", GateFixture.Key)));
        await raw.SendDataAsync(3, Frames.Message([]), endStream: true);
        Assert.Equal("acme False", GateFixture.CallerOf(await raw.ReadResponseAsync(3)));
    }

    [Fact]
    public async Task UnaryCall_WhoseMessageHasArrived_MayTakeItsTime()
    {
        await using var host = await StartAsync(("Asr:Limits:MaxReceive", "00:00:01"));
        await using var slow = await RawConnection.OpenAsync(host.Grpc.Port);
        await slow.SendCallAsync("/asr.v1.Operations/ListSessions", Frames.Message([]), ("x-api-key", GateFixture.Key));

        await host.Probe.Entered.WaitAsync(TestContext.Current.CancellationToken);
        // One that waits for its message is reset meanwhile, so the time has passed for the other as well.
        await using var half = await RawConnection.OpenAsync(host.Grpc.Port);
        await half.SendHeadersAsync(1, RawConnection.CallHeaders(GateFixture.Stats, ("x-api-key", GateFixture.Key)));
        Assert.NotNull((await half.ReadResponseAsync(1)).ResetCode);
        host.Probe.Held.SetResult();

        Assert.Equal("0", (await slow.ReadResponseAsync(1)).Status);
    }

    [Fact]
    public async Task UnauthenticatedCall_IsAnsweredBeforeItsMessage()
    {
        await using var host = await StartAsync();
        await using var raw = await RawConnection.OpenAsync(host.Grpc.Port);
        await raw.SendHeadersAsync(1, RawConnection.CallHeaders(GateFixture.Stats));
        await raw.SendDataAsync(1, Frames.Message([8, 1], length: 4_000_000));

        Assert.Equal("16 missing", GateFixture.CallerOf(await raw.ReadResponseAsync(1)));
    }

    [Fact]
    public async Task Connections_OverTheLimit_AreClosedAtOnce()
    {
        await using var host = await StartAsync(("Kestrel:Limits:MaxConcurrentConnections", "2"), ("Kestrel:Limits:KeepAliveTimeout", "01:00:00"));
        await using var one = await RawConnection.OpenAsync(host.Grpc.Port);
        await one.SendCallAsync(GateFixture.Stats, Frames.Message([]), ("x-api-key", GateFixture.Key));
        Assert.Equal("0", (await one.ReadResponseAsync(1)).Status);
        await using var two = await RawConnection.OpenAsync(host.Grpc.Port);
        await two.SendCallAsync(GateFixture.Stats, Frames.Message([]), ("x-api-key", GateFixture.Key));
        Assert.Equal("0", (await two.ReadResponseAsync(1)).Status);

        await AssertClosedAsync(host.Grpc.Port, []);
        using var http = new HttpClient(); // an endpoint of its own
        Assert.Equal("open", await http.GetStringAsync(new Uri(host.Http, "/open"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Calls_OverTheLimit_AreRefusedAndHealthIsNot()
    {
        await using var host = await StartAsync(("Asr:Limits:MaxCalls", "2"));
        await using var raw = await RawConnection.OpenAsync(host.Grpc.Port);
        foreach (int stream in new[] { 1, 3 })
        {
            await raw.SendHeadersAsync(stream, RawConnection.CallHeaders("/asr.v1.Operations/ListSessions", ("x-api-key", GateFixture.Key)));
            await raw.SendDataAsync(stream, Frames.Message([]), endStream: true);
        }

        for (int i = 0; i < 2; i++) await host.Probe.Entered.WaitAsync(TestContext.Current.CancellationToken);
        await using var other = await RawConnection.OpenAsync(host.Grpc.Port);
        await other.SendCallAsync(GateFixture.Stats, Frames.Message([]), ("x-api-key", GateFixture.Key));
        var refused = await other.ReadResponseAsync(1);
        await other.SendHeadersAsync(3, RawConnection.CallHeaders("/grpc.health.v1.Health/Check"));
        await other.SendDataAsync(3, Frames.Message([]), endStream: true);

        Assert.Equal("8", refused.Status);
        Assert.Equal(ErrorReasons.ServerFull, refused.Cause.Reason);
        Assert.Equal("0", (await other.ReadResponseAsync(3)).Status);
        host.Probe.Held.SetResult();
        Assert.Equal("0", (await raw.ReadResponseAsync(1)).Status);
        await other.SendHeadersAsync(5, RawConnection.CallHeaders(GateFixture.Stats, ("x-api-key", GateFixture.Key)));
        await other.SendDataAsync(5, Frames.Message([]), endStream: true);
        Assert.Equal("0", (await other.ReadResponseAsync(5)).Status);
    }

    private static Task<GateHost> StartAsync(params (string Name, string Value)[] settings) => GateHost.StartAsync(
    [
        ("Asr:Auth:ApiKeys:0:Tenant", "acme"), ("Asr:Auth:ApiKeys:0:Key", GateFixture.Key),
        ("Kestrel:Limits:RequestHeadersTimeout", "00:00:01"), ("Kestrel:Limits:KeepAliveTimeout", "00:00:01"), .. settings,
    ]);

    private static async Task AssertServesAsync(GateHost host)
    {
        await using var raw = await RawConnection.OpenAsync(host.Grpc.Port);
        await raw.SendCallAsync(GateFixture.Stats, Frames.Message([]), ("x-api-key", GateFixture.Key));
        Assert.Equal("acme False", GateFixture.CallerOf(await raw.ReadResponseAsync(1)));
    }

    /// <summary>Reads what there is until the server hangs up.</summary>
    private static async Task AssertClosedAsync(int port, byte[] sent)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            if (sent.Length > 0) await client.GetStream().WriteAsync(sent, patience.Token);
            await client.GetStream().CopyToAsync(Stream.Null, patience.Token);
        }
        catch (IOException)
        {
            // Closed with a reset.
        }
    }
}
