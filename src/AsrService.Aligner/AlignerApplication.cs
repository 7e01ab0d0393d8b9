using AsrService.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AsrService.Aligner;

/// <summary>Puts the aligner together as a service of its own, for its program and for whoever hosts it in process.</summary>
public static class AlignerApplication
{
    internal static readonly ServiceKind Kind = new("AsrService.Aligner", 50052, 8001, "Asr:Aligner:Path");

    /// <summary>The service, not yet started; <see cref="ServerAddresses.Of"/> tells its addresses once it is.</summary>
    /// <param name="args">Settings as <c>--Name=value</c>, over environment and appsettings.json; docs/operations.md.</param>
    /// <exception cref="FormatException">The arguments are not settings.</exception>
    public static WebApplication Create(string[] args) => Create(args, _ => { });

    /// <summary>Lets tests put other services in.</summary>
    internal static WebApplication Create(string[] args, Action<IServiceCollection> configure)
    {
        var builder = ServiceApplication.CreateBuilder(Kind, args);
        builder.Services.AddAlignerAlone();
        builder.Services.AddAsrHosting(builder.Configuration, new HealthNames(AlignerServices.Name));
        builder.Services.AddAlignerService();
        configure(builder.Services);

        var app = builder.Build();
        app.UseCallerGate();
        app.MapAlignerService();
        app.MapCommon();
        return app;
    }
}
