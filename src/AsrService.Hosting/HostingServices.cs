using AsrService.Rpc.Server;
using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Adds what the services share.</summary>
public static class HostingServices
{
    /// <summary>
    /// Adds options checked at the start, health and gRPC with its limits and failures; <see cref="ModelServices"/> are added before.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Holds section <c>Asr</c> and Kestrel's endpoints.</param>
    /// <param name="health">The services that health is told of.</param>
    public static IServiceCollection AddAsrHosting(
        this IServiceCollection services, IConfiguration configuration, HealthNames health)
    {
        services.AddSettings<AsrOptions>(configuration.GetSection(AsrOptions.Section));
        services.AddSingleton<IValidateOptions<AsrOptions>>(new LoopbackGuard(configuration));
        services.AddSingleton<IValidateOptions<AsrOptions>>(new KestrelLimits.Validator(configuration));
        services.AddSingleton<IValidateOptions<AsrOptions>, AsrOptionsValidator>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ICallerAccess, CallerAccess>();
        services.AddSingleton<ClientAuthorities>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<TenantQuotas>();
        services.AddHostedService<ClearTextWarning>();

        services.AddSingleton<DrainController>();
        services.AddHostedService(provider => provider.GetRequiredService<DrainController>());

        services.AddSingleton(health);
        services.AddSingleton<ServiceState>();
        services.AddSingleton<ServiceHealth>();
        services.AddHostedService<HealthRefresher>();

        services.AddAsrTelemetry(configuration);
        services.AddSingleton<CallTimer>();
        services.AddSingleton<CallLog>();
        services.AddSingleton<FailureInterceptor>();
        services.AddSingleton<ReceiveLimit.Arrival>();
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<ReceiveLimit.Arrival>();
            grpc.Interceptors.Add<CallTimer>();
            grpc.Interceptors.Add<FailureInterceptor>();
        });
        services.AddOptions<GrpcServiceOptions>().Configure<IOptions<AsrOptions>>(
            (grpc, asr) => grpc.MaxReceiveMessageSize = asr.Value.Limits.MaxMessageBytes);
        services.AddSingleton(provider =>
            new GrpcStatusTimeout(provider.GetRequiredService<IOptions<AsrOptions>>().Value.Limits.MaxIdle));
        return services;
    }
}
