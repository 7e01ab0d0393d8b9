using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting.Tests.Options;

/// <summary>What a service says of its settings when it starts.</summary>
internal static class Startup
{
    public static ServiceProvider Services(params IEnumerable<(string Key, string Value)> settings)
    {
        var values = settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        var services = new ServiceCollection();
        services.AddAsrHosting(configuration, new HealthNames());
        return services.BuildServiceProvider();
    }

    /// <summary>All that is wrong with settings; empty where it would start.</summary>
    public static IReadOnlyList<string> Mistakes(params IEnumerable<(string Key, string Value)> settings)
    {
        using var services = Services(settings);
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return [.. invalid.Failures];
        }
        catch (AggregateException several)
        {
            return [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(invalid => invalid.Failures)];
        }
    }
}
