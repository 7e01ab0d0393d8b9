using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace AsrService.Hosting;

/// <summary>Puts together what all services have: settings, logs, addresses, health, metrics and reflection.</summary>
public static class ServiceApplication
{
    /// <summary>A service without its own parts.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="args">Settings as <c>--Name=value</c>, over environment and appsettings.json; docs/operations.md.</param>
    /// <exception cref="FormatException">The arguments are not settings.</exception>
    public static WebApplicationBuilder CreateBuilder(ServiceKind kind, string[] args)
    {
        ArgumentNullException.ThrowIfNull(kind);
        Arguments.Check(args);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = kind.Name });
        var sources = ((IConfigurationBuilder)builder.Configuration).Sources;
        sources.Insert(0, new MemoryConfigurationSource { InitialData = kind.Defaults });
        builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--model"] = kind.ModelSetting });

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
        builder.Services.AddGrpcReflection();
        AddEndpoints(builder);
        return builder;
    }

    /// <summary>Maps what all services answer.</summary>
    public static void MapCommon(this WebApplication app)
    {
        app.MapGrpcService<ServiceHealth>().OpenToAll();
        app.MapGrpcReflectionService();
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint().OpenToLocal();
    }

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
