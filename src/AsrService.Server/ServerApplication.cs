using System.Globalization;
using AsrService.Engine.Alignment;
using AsrService.Hosting;
using AsrService.Server.Diagnostics;
using AsrService.Server.Refinement;
using AsrService.Server.Transcriber;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using TranscriberContract = AsrService.Contracts.V1.Transcriber;

namespace AsrService.Server;

/// <summary>Puts the service together, for its own program and for whoever hosts it in process.</summary>
public static class ServerApplication
{
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Kestrel:Endpoints:Grpc:Url"] = "http://127.0.0.1:50051",
        ["Kestrel:Endpoints:Grpc:Protocols"] = "Http2",
        ["Kestrel:Endpoints:Http:Url"] = "http://127.0.0.1:8000",
        ["Kestrel:Endpoints:Http:Protocols"] = "Http1",
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        // Whoever starts the service gets the exception itself, and the program prints it as one line.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
        // It quotes what callers send, credentials as well.
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel.BadRequests"] = "None",
    };

    private static readonly Dictionary<string, string> Switches = new() { ["--model"] = "Asr:Models:0:Path" };

    /// <summary>The service, not yet started; <see cref="ServerAddresses.Of"/> tells its addresses once it is.</summary>
    /// <param name="args">Settings as <c>--Name=value</c>, over environment and appsettings.json; docs/operations.md.</param>
    /// <exception cref="FormatException">The arguments are not settings.</exception>
    public static WebApplication Create(string[] args) => Create(args, _ => { });

    /// <summary>Lets tests put other services in.</summary>
    internal static WebApplication Create(string[] args, Action<IServiceCollection> configure)
    {
        Arguments.Check(args);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "AsrService.Server" });
        var sources = ((IConfigurationBuilder)builder.Configuration).Sources;
        sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = Defaults });
        builder.Configuration.AddCommandLine(args, Switches);

        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        // Standard output is for the addresses.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddOptions<HostOptions>().Configure<IConfiguration>((host, settings) =>
            host.ShutdownTimeout = GracePeriod(settings) + TimeSpan.FromSeconds(15));
        AddEndpoints(builder);

        builder.Services.AddAsrHosting(builder.Configuration, new HealthNames(TranscriberContract.Descriptor.FullName));
        builder.Services.AddSingleton(AlignerOf);
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddSingleton<CallLog>();
        builder.Services.AddRefinement();
        builder.Services.AddSingleton<CallContext>();
        builder.Services.AddSingleton<ResumeTokens>();
        builder.Services.AddSingleton<LiveSessions>();
        builder.Services.AddSingleton<TranscriberService>();
        builder.Services.AddGrpcReflection();
        configure(builder.Services);

        var app = builder.Build();
        app.UseCallerGate();
        app.MapGrpcService<TranscriberService>();
        app.MapGrpcService<ServiceHealth>().OpenToAll();
        app.MapGrpcReflectionService();
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint().OpenToLocal();
        return app;
    }

    /// <summary>Who aligns, for whoever asks for an <see cref="IAligner"/>; null where nobody does.</summary>
    private static IAligner AlignerOf(IServiceProvider services) => null!; // until an aligner is hosted

    /// <summary>Read without the options' checks, whose mistakes are to be told when the service starts.</summary>
    private static TimeSpan GracePeriod(IConfiguration settings) =>
        TimeSpan.TryParse(settings["Asr:Drain:GracePeriod"], CultureInfo.InvariantCulture, out var given) && given >= TimeSpan.Zero
            ? given
            : new DrainOptions().GracePeriod;

    private static void AddEndpoints(WebApplicationBuilder builder)
    {
        var endpoints = new ListeningEndpoints();
        builder.Services.AddSingleton(endpoints);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var options = kestrel.ApplicationServices.GetRequiredService<IOptions<AsrOptions>>().Value;
            kestrel.UseHostingLimits(builder.Configuration, options.Engine.MaxChannels + options.Engine.MaxFiles);
            // Not reloaded: an address that is added later would pass by the check of addresses.
            kestrel.Configure(builder.Configuration.GetSection("Kestrel"), reloadOnChange: false)
                .Endpoint("Grpc", endpoint => endpoints.Grpc = endpoint.ListenOptions)
                .Endpoint("Http", endpoint => endpoints.Http = endpoint.ListenOptions);
        });
    }
}
