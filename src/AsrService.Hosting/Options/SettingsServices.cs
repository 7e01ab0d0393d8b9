using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Adds options that are read from a section and checked at the start.</summary>
internal static class SettingsServices
{
    /// <summary>Reads a section of its own; validators of ranges are added beside.</summary>
    public static void AddSettings<TOptions>(this IServiceCollection services, IConfigurationSection section)
        where TOptions : class
    {
        var known = new KnownSettings<TOptions>(section);
        services.AddSingleton<IConfigureOptions<TOptions>>(known).AddSingleton<IValidateOptions<TOptions>>(known);
        services.AddOptions<TOptions>().ValidateOnStart();
    }
}
