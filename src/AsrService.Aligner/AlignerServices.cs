using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using AlignerContract = AsrService.Contracts.V1.Aligner;

namespace AsrService.Aligner;

/// <summary>Adds asr.v1.Aligner to a service that has an aligner: its own program's, or the server's.</summary>
public static class AlignerServices
{
    /// <summary>Bytes of a request: 300 s of raw 16-bit audio at 16 kHz and its text, or a container of that size.</summary>
    internal const int MaxMessageBytes = 12 * 1024 * 1024;

    /// <summary>Full name of the contract.</summary>
    public static string Name => AlignerContract.Descriptor.FullName;

    /// <summary>Adds it; an <see cref="Hosting.IAlignerHost"/> comes beside.</summary>
    public static IServiceCollection AddAlignerService(this IServiceCollection services)
    {
        services.AddSingleton<AlignerContext>();
        services.AddSingleton<ClipReader>();
        services.AddSingleton<AlignerService>();
        services.AddGrpc().AddServiceOptions<AlignerService>(options => options.MaxReceiveMessageSize = MaxMessageBytes);
        return services;
    }

    /// <summary>Maps it.</summary>
    public static void MapAlignerService(this WebApplication app) => app.MapGrpcService<AlignerService>();
}
