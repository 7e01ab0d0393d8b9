namespace AsrService.Cli.Hub;

/// <summary>Where models are downloaded from.</summary>
internal static class HubAddress
{
    /// <summary>
    /// The public model hub on which the weights are published. A default of the product, and its only place: a mirror or
    /// a hub inside a company is set by <c>--hub</c>, <c>ASR_HUB</c> or the setting <c>Asr:Hub:Address</c>.
    /// </summary>
    public const string Default = "https://huggingface.co";

    /// <summary>The variable of the environment.</summary>
    public const string Variable = "ASR_HUB";

    private const string SettingVariable = "Asr__Hub__Address"; // Asr:Hub:Address, as settings are written there

    /// <summary>The first that is set: option, <see cref="Variable"/>, setting, default. Ends with a slash.</summary>
    /// <exception cref="UsageException">It is no address.</exception>
    public static Uri Resolve(string? option)
    {
        var (name, address) = option is not null
            ? ("--hub", option)
            : FromEnvironment(Variable) ?? FromEnvironment(SettingVariable) ?? ("--hub", Default);
        bool isValid = Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri is { UserInfo: "", Query: "", Fragment: "" };
        return isValid ? uri! : throw new UsageException(
            $"{name}: expected http://HOST[:PORT][/PATH] or https://…, found \"{OneLine.Of(address)}\".");
    }

    private static (string Name, string Address)? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } address ? (name, address) : null;
}
