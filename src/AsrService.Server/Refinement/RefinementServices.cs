using AsrService.Engine.Alignment;
using AsrService.Hosting;
using AsrService.Server.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsrService.Server.Refinement;

/// <summary>Adds what gives words aligned times: by the service that the settings name, else by the <see cref="IAligner"/> there is.</summary>
internal static class RefinementServices
{
    public static IServiceCollection AddRefinement(this IServiceCollection services)
    {
        services.AddSingleton<RefinementOptions>();
        services.AddSingleton<RefinementMetrics>();
        services.AddSingleton(provider => new GrpcAligner(
            OptionsOf(provider).Address, OptionsOf(provider).ApiKey, provider.GetRequiredService<RefinementOptions>().Timeout / 2,
            TimeProvider.System));
        services.AddSingleton(provider => new WordAligner(
            AlignerOf(provider), provider.GetRequiredService<RefinementOptions>(),
            provider.GetRequiredService<RefinementMetrics>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WordAligner>>()));
        return services;
    }

    private static IAligner? AlignerOf(IServiceProvider provider)
    {
        var options = OptionsOf(provider);
        if (options.Disabled) return null;
        return options.Address.Length > 0 ? provider.GetRequiredService<GrpcAligner>() : provider.GetService<IAligner>();
    }

    private static AlignerOptions OptionsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<AsrOptions>>().Value.Aligner;
}
