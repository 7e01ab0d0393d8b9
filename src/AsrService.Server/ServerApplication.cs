using System.Globalization;
using AsrService.Engine.Alignment;
using AsrService.Hosting;
using AsrService.Server.Diagnostics;
using AsrService.Server.Operations;
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
    internal const int GrpcPort = 50051, HttpPort = 8000;

    private static readonly Dictionary<string, string> Switches = new() { ["--model"] = "Asr:Models:0:Path" };

    /// <summary>The service, not yet started; <see cref="ServerAddresses.Of"/> tells its addresses once it is.</summary>
    /// <param name="args">Settings as <c>--Name=value</c>, over environment and appsettings.json; docs/configuration.md.</param>
    /// <exception cref="FormatException">The arguments are not settings.</exception>
    /// <exception cref="OptionsValidationException">Settings of one section are wrong.</exception>
    /// <exception cref="AggregateException">Settings of several are, an <see cref="OptionsValidationException"/> for each.</exception>
    public static WebApplication Create(string[] args) => Create(args, _ => { });

    /// <summary>The same for a process that heeds Ctrl-C and SIGTERM itself: they do nothing to the service.</summary>
    /// <inheritdoc cref="Create(string[])"/>
    public static WebApplication CreateGuest(string[] args) =>
        Create(args, services => services.AddSingleton<IHostLifetime, GuestLifetime>());

    /// <summary>Lets tests put other services in.</summary>
    internal static WebApplication Create(string[] args, Action<IServiceCollection> configure)
    {
        Arguments.Check(args);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "AsrService.Server" });
        builder.Configuration.AddDefaults(GrpcPort, HttpPort);
        builder.Configuration.AddCommandLine(args, Switches);

        builder.Logging.ClearProviders().AddConsole();
        builder.Services.AddOptions<ConsoleLoggerOptions>().Configure<IConfiguration>((console, settings) =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace; // standard output is for the addresses
            console.FormatterName = settings["Logging:Console:FormatterName"]; // over that of the slim builder
        });
        builder.Services.AddOptions<HostOptions>().Configure<IConfiguration>((host, settings) =>
            host.ShutdownTimeout = GracePeriod(settings) + TimeSpan.FromSeconds(15));
        AddEndpoints(builder);

        builder.Services.AddAsrHosting(builder.Configuration, new HealthNames(TranscriberContract.Descriptor.FullName));
        builder.Services.AddSingleton(AlignerOf);
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddSingleton<CallLog>();
        builder.Services.AddSingleton<CallContext>();
        builder.Services.AddSingleton<ResumeTokens>();
        builder.Services.AddSingleton<LiveSessions>();
        builder.Services.AddSingleton<TranscriberService>();
        builder.Services.AddSingleton<StatsReport>();
        builder.Services.AddSingleton<OperationsService>();
        builder.Services.AddGrpcReflection();
        configure(builder.Services);

        var app = builder.Build();
        app.UseCallerGate();
        app.MapGrpcService<TranscriberService>();
        app.MapGrpcService<OperationsService>();
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
            // The first to ask for options, of which it would tell the mistakes of one section alone.
            kestrel.ApplicationServices.GetRequiredService<IStartupValidator>().Validate();
            var options = kestrel.ApplicationServices.GetRequiredService<IOptions<AsrOptions>>().Value;
            kestrel.UseHostingLimits(builder.Configuration, options.Engine.MaxChannels + options.Engine.MaxFiles);
            // Not reloaded: an address that is added later would pass by the check of addresses.
            kestrel.Configure(builder.Configuration.GetSection("Kestrel"), reloadOnChange: false)
                .Endpoint("Grpc", endpoint => endpoints.Grpc = endpoint.ListenOptions)
                .Endpoint("Http", endpoint => endpoints.Http = endpoint.ListenOptions);
        });
    }

    /// <summary>Waits for nothing and hears no signals.</summary>
    private sealed class GuestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
