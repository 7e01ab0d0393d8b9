using AsrService.Engine.Alignment;
using AsrService.Server.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsrService.Server.Refinement;

/// <summary>Adds what gives words aligned times, by the <see cref="IAligner"/> that there is, if any.</summary>
internal static class RefinementServices
{
    public static IServiceCollection AddRefinement(this IServiceCollection services)
    {
        services.AddSingleton<RefinementOptions>();
        services.AddSingleton<RefinementMetrics>();
        services.AddSingleton(provider => new WordAligner(
            provider.GetService<IAligner>(), provider.GetRequiredService<RefinementOptions>(),
            provider.GetRequiredService<RefinementMetrics>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WordAligner>>()));
        return services;
    }
}
