using AsrService.Aligner;
using AsrService.Hosting;
using AsrService.Server.Diagnostics;
using AsrService.Server.Operations;
using AsrService.Server.Refinement;
using AsrService.Server.Transcriber;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TranscriberContract = AsrService.Contracts.V1.Transcriber;

namespace AsrService.Server;

/// <summary>Puts the service together, for its own program and for whoever hosts it in process.</summary>
public static class ServerApplication
{
    internal static readonly ServiceKind Kind = new("AsrService.Server", 50051, 8000, "Asr:Models:0:Path");

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
        var builder = ServiceApplication.CreateBuilder(Kind, args);
        bool hostsAligner = HostedAligner.IsWanted(builder.Configuration);
        List<string> names = [TranscriberContract.Descriptor.FullName];
        if (hostsAligner) names.Add(AlignerServices.Name);

        builder.Services.AddRecognizer();
        if (hostsAligner) builder.Services.AddHostedAligner();
        builder.Services.AddAsrHosting(builder.Configuration, new HealthNames([.. names]));
        if (hostsAligner) builder.Services.AddAlignerService();
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddRefinement();
        builder.Services.AddSingleton<CallContext>();
        builder.Services.AddSingleton<ResumeTokens>();
        builder.Services.AddSingleton<LiveSessions>();
        builder.Services.AddSingleton<TranscriberService>();
        builder.Services.AddSingleton<StatsReport>();
        builder.Services.AddSingleton<OperationsService>();
        configure(builder.Services);

        var app = builder.Build();
        app.UseCallerGate();
        app.MapGrpcService<TranscriberService>();
        app.MapGrpcService<OperationsService>();
        if (hostsAligner) app.MapAlignerService();
        app.MapCommon();
        return app;
    }

    /// <summary>Waits for nothing and hears no signals.</summary>
    private sealed class GuestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
