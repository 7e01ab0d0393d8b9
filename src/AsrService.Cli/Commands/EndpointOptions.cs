using System.CommandLine;
using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Cli.Commands;

/// <summary>Options that say when a live segment is over.</summary>
internal sealed class EndpointOptions
{
    private readonly Option<int?> _minSilence = CommandOptions.Integer(
        "--min-silence", "MS", "Live: milliseconds of silence that end a segment. Default: 500.", 100, 5_000);

    private readonly Option<int?> _speechPad = CommandOptions.Integer(
        "--speech-pad", "MS", "Live: milliseconds kept before the first sound of a segment. Default: 200.", 0, 500);

    public IReadOnlyList<System.CommandLine.Option> All => [_minSilence, _speechPad];

    public void AddTo(Command command)
    {
        command.Add(_minSilence);
        command.Add(_speechPad);
    }

    /// <summary>As the API says it; null where neither is given.</summary>
    public EndpointingOptions? Of(ParseResult parsed)
    {
        int? silence = parsed.GetValue(_minSilence), pad = parsed.GetValue(_speechPad);
        if (silence is null && pad is null) return null;
        var options = new EndpointingOptions();
        if (silence is { } ms) options.MinSilence = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(ms));
        if (pad is { } padMs) options.SpeechPad = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(padMs));
        return options;
    }
}
