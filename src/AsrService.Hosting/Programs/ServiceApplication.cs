using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
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
    /// <param name="args">Settings as <c>--Name=value</c>, over environment and appsettings.json; docs/configuration.md.</param>
    /// <exception cref="FormatException">The arguments are not settings.</exception>
    public static WebApplicationBuilder CreateBuilder(ServiceKind kind, string[] args)
    {
        ArgumentNullException.ThrowIfNull(kind);
        Arguments.Check(args);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = kind.Name });
        builder.Configuration.AddDefaults(kind.GrpcPort, kind.HttpPort);
        builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--model"] = kind.ModelSetting });

        builder.Logging.ClearProviders().AddConsole();
        builder.Services.AddOptions<ConsoleLoggerOptions>().Configure<IConfiguration>((console, settings) =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace; // standard output is for the addresses
            console.FormatterName = settings["Logging:Console:FormatterName"]; // over that of the slim builder
        });
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
}
