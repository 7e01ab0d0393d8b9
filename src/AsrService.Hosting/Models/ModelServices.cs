using AsrService.Engine.Alignment;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AsrService.Hosting;

/// <summary>
/// Adds the models of a service: a recognizer, with or without an aligner beside it, or an aligner. They come before all
/// else: what starts later asks how they are, and what stops earlier still uses them.
/// </summary>
public static class ModelServices
{
    /// <summary>A model that recognizes, and the engine that runs it.</summary>
    public static IServiceCollection AddRecognizer(this IServiceCollection services)
    {
        services.TryAddSingleton<IModelSource, CheckpointSource>();
        return services.AddHost<EngineHost>();
    }

    /// <summary>An aligner in the recognizer's batch loop, which is also the <see cref="IAligner"/> of whoever asks for one.</summary>
    public static IServiceCollection AddHostedAligner(this IServiceCollection services)
    {
        services.TryAddSingleton<IAlignerSource, AlignerCheckpointSource>();
        services.AddSingleton<IAlignerHost>(provider => provider.GetRequiredService<EngineHost>());
        return services.AddSingleton<IAligner, HostedAligner>();
    }

    /// <summary>An aligner that has the process for itself.</summary>
    public static IServiceCollection AddAlignerAlone(this IServiceCollection services)
    {
        services.TryAddSingleton<IAlignerSource, AlignerCheckpointSource>();
        services.AddSingleton<IAlignerHost>(provider => provider.GetRequiredService<AlignerHost>());
        return services.AddHost<AlignerHost>();
    }

    private static IServiceCollection AddHost<THost>(this IServiceCollection services)
        where THost : class, IModelHost, IHostedService
    {
        services.AddSingleton<THost>();
        services.AddSingleton<IModelHost>(provider => provider.GetRequiredService<THost>());
        return services.AddHostedService(provider => provider.GetRequiredService<THost>());
    }
}
