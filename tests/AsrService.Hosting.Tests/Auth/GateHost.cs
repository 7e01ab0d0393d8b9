using System.Collections.Concurrent;
using System.Net;
using AsrService.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace AsrService.Hosting.Tests.Auth;

/// <summary>What stands before every service, with methods behind it that say who called.</summary>
internal sealed class GateHost : IAsyncDisposable
{
    /// <summary>Header of a call that is to look as if it came from an address.</summary>
    public const string FromHeader = "x-test-peer";

    private readonly WebApplication _app;

    private GateHost(WebApplication app, RecordedLog log)
    {
        (_app, Log) = (app, log);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => new Uri(address)).ToList();
        (Grpc, Http) = (addresses[0], addresses[1]);
    }

    /// <summary>The HTTP/2 endpoint.</summary>
    public Uri Grpc { get; }

    /// <summary>The HTTP/1.1 endpoint.</summary>
    public Uri Http { get; }

    public RecordedLog Log { get; }

    public ProbeService Probe => _app.Services.GetRequiredService<ProbeService>();

    public static async Task<GateHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var log = new RecordedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:A:Url"] = "http://127.0.0.1:0",
            ["Kestrel:Endpoints:A:Protocols"] = "Http2",
            ["Kestrel:Endpoints:B:Url"] = "http://127.0.0.1:0",
            ["Kestrel:Endpoints:B:Protocols"] = "Http1",
        });
        // Of a setting that is there twice, the later one.
        foreach (var (name, value) in settings) builder.Configuration[name] = value;
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None); // as the services' own defaults
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.UseHostingLimits(builder.Configuration, streams: 1);
            kestrel.Configure(builder.Configuration.GetSection("Kestrel"), reloadOnChange: false);
        });
        builder.Services.AddAsrHosting(builder.Configuration, new HealthNames());
        // No model: the gate knows of none.
        builder.Services.RemoveAll<IHostedService>();
        builder.Services.AddHostedService<ClearTextWarning>();
        builder.Services.AddSingleton<ProbeService>();
        builder.Services.AddGrpcReflection();
        var app = builder.Build();
        app.Use(ComeFromElsewhere);
        app.UseCallerGate();
        app.MapGrpcService<ProbeService>();
        app.MapGrpcService<Health>().OpenToAll();
        app.MapGrpcReflectionService();
        app.MapGet("/open", () => "open").OpenToAll();
        app.MapGet("/closed", () => "closed");
        app.MapPrometheusScrapingEndpoint().OpenToLocal();
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new GateHost(app, log);
    }

    /// <summary>How often credentials were refused for a reason.</summary>
    public async Task<int> FailuresAsync(string reason)
    {
        using var client = new HttpClient();
        string page = await client.GetStringAsync(new Uri(Http, "/metrics"), TestContext.Current.CancellationToken);
        string line = page.Split('\n').Single(line => line.StartsWith($"asr_auth_failures_total{{reason=\"{reason}\"}}", StringComparison.Ordinal));
        return int.Parse(line[(line.LastIndexOf(' ') + 1)..], provider: null);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>A test has no other machine, so a header says that the call is from one.</summary>
    private static Task ComeFromElsewhere(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers.TryGetValue(FromHeader, out var peer)) http.Connection.RemoteIpAddress = IPAddress.Parse(peer!);
        return next(http);
    }

    /// <summary>Health without a model.</summary>
    private sealed class Health : global::Grpc.HealthCheck.HealthServiceImpl
    {
        public Health() => SetStatus("", global::Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
    }
}

/// <summary>Answers who called; SetDrain is for those who run the service.</summary>
internal sealed class ProbeService(ICallerAccess access) : Operations.OperationsBase
{
    private int _calls;

    /// <summary>Calls that came through.</summary>
    public int Calls => _calls;

    /// <summary>Released by each ListSessions when it has begun.</summary>
    public SemaphoreSlim Entered { get; } = new(0);

    /// <summary>Awaited in ListSessions.</summary>
    public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task<GetStatsResponse> GetStats(GetStatsRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _calls);
        var caller = access.Of(context);
        return Task.FromResult(new GetStatsResponse { ServerVersion = $"{caller.Tenant} {caller.IsAdmin}" });
    }

    public override Task<SetDrainResponse> SetDrain(SetDrainRequest request, ServerCallContext context)
    {
        access.ThrowUnlessOperator(context);
        return Task.FromResult(new SetDrainResponse());
    }

    public override async Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context)
    {
        Entered.Release();
        await Held.Task.WaitAsync(context.CancellationToken);
        return new ListSessionsResponse();
    }
}

/// <summary>All that is logged, at every level.</summary>
internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
