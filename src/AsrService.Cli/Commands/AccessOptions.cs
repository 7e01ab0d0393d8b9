using System.CommandLine;
using AsrService.Cli.Service;

namespace AsrService.Cli.Commands;

/// <summary>Options that tell a service who calls, and whom to trust in its place.</summary>
internal sealed class AccessOptions
{
    /// <summary>Holds the key where the option is not given: what is on a command line, others on the machine can see.</summary>
    public const string KeyVariable = "ASR_API_KEY";

    private readonly Option<string?> _key = CommandOptions.FreeText(
        "--api-key", "KEY", $"The service's key for you. Default: the environment's {KeyVariable}, if set.", 8192);

    private readonly Option<string?> _token = CommandOptions.FreeText("--token", "JWT", "A signed token instead of a key.", 8192);

    private readonly Option<string?> _authorities = CommandOptions.FreeText(
        "--ca", "FILE", "https: PEM file with the authorities to trust. Default: the system's.");

    private readonly Option<string?> _certificate = CommandOptions.FreeText(
        "--cert", "FILE", "https: PEM file with your certificate.");

    private readonly Option<string?> _certificateKey = CommandOptions.FreeText(
        "--key", "FILE", "https: PEM file with your certificate's key. Default: in the same file.");

    public IReadOnlyList<Option> All => [_key, _token, _authorities, _certificate, _certificateKey];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Add(option);
    }

    /// <summary>What was given; the caller disposes it.</summary>
    /// <exception cref="UsageException">It contradicts itself, or a file does not hold what it should.</exception>
    public ServiceAccess Of(ParseResult parsed)
    {
        string? token = parsed.GetValue(_token);
        string? fromEnvironment = token is null && Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } set ? set : null;
        return ServiceAccess.Read(
            parsed.GetValue(_key) ?? fromEnvironment, token, parsed.GetValue(_authorities), parsed.GetValue(_certificate),
            parsed.GetValue(_certificateKey));
    }
}
