using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Kestrel's own limits from section <c>Kestrel:Limits</c>, which it does not read by itself, over those of ours.
/// </summary>
public static class KestrelLimits
{
    private const string Section = "Kestrel:Limits";

    /// <summary>Connections at once, of each endpoint, where the settings do not say.</summary>
    public const int MaxConnections = 1024;

    /// <summary>Sets what the settings say.</summary>
    /// <exception cref="InvalidOperationException">They are no limits; the options' checks have told.</exception>
    public static void Apply(IConfiguration configuration, KestrelServerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(limits);
        limits.MaxConcurrentConnections = MaxConnections;
        configuration.GetSection(Section).Bind(limits, binder => binder.ErrorOnUnknownConfiguration = true);
    }

    /// <summary>Tells mistakes in the section together with all others.</summary>
    internal sealed class Validator(IConfiguration configuration) : IValidateOptions<AsrOptions>
    {
        public ValidateOptionsResult Validate(string? name, AsrOptions options)
        {
            try
            {
                Apply(configuration, new KestrelServerLimits());
                return ValidateOptionsResult.Success;
            }
            catch (Exception refused) when (refused is InvalidOperationException or ArgumentException or System.Reflection.TargetInvocationException)
            {
                return ValidateOptionsResult.Fail($"{Section}: {(refused.InnerException ?? refused).Message}");
            }
        }
    }
}
