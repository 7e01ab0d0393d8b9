using System.CommandLine;
using AsrService.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Cli.Commands;

/// <summary>Options of a live stream, and the config that they make.</summary>
internal sealed class LiveOptions
{
    private readonly Option<string[]> _languages = CommandOptions.Texts(
        "--language", "L", "A language to expect: an official name or a BCP-47 tag. One is the language to write in, "
        + "several are detected among. Default: detected among all.");

    private readonly Option<string[]> _terms = CommandOptions.Texts(
        "--term", "T", "A name or term to expect, as it is to be written. May be repeated.");

    private readonly Option<string?> _context = CommandOptions.FreeText(
        "--context", "TEXT", "Text about the matter that biases recognition. Default: none.", maxLength: 10_000);

    private readonly Option<string?> _model = CommandOptions.FreeText(
        "--model", "NAME", "A model of the service. Default: its first.");

    private readonly Option<int?> _interval = CommandOptions.Integer(
        "--interval", "MS", "Milliseconds from one partial to the next. Default: 500.", 250, 2_000);

    private readonly Option<int?> _agreement = CommandOptions.Integer(
        "--agreement", "N", "Partials in a row that must agree before text is stable. Default: 2.", 1, 8);

    private readonly Option<string?> _wordTimes = CommandOptions.Choice(
        "--word-times", "Times of words in json: none, estimated, or aligned where the service has an aligner.",
        "estimated", "none", "estimated", "aligned");

    private readonly Option<bool> _noPartials = new("--no-partials") { Description = "Finals only." };

    private readonly EndpointOptions _endpointing = new();

    private readonly Option<double> _maxSegment = CommandOptions.Number(
        "--max-segment", "S", "Seconds after which speech without a pause is cut.", 10, 30, byDefault: 30);

    public void AddTo(Command command)
    {
        System.CommandLine.Option[] options = [_languages, _terms, _context, _model, _interval, _agreement, _wordTimes, _noPartials, _maxSegment];
        foreach (var option in options) command.Add(option);
        _endpointing.AddTo(command);
    }

    /// <summary>The config for audio of a format.</summary>
    /// <exception cref="UsageException">There is no such language.</exception>
    public StreamingConfig ConfigFor(ParseResult parsed, AudioFormat format)
    {
        var endpointing = _endpointing.Of(parsed) ?? new EndpointingOptions();
        endpointing.MaxSegment = Duration.FromTimeSpan(TimeSpan.FromSeconds(parsed.GetValue(_maxSegment)));
        return new StreamingConfig
        {
            AudioFormat = format,
            Recognition = RecognitionWishes.Of(
                parsed.GetValue(_model), parsed.GetValue(_languages) ?? [], parsed.GetValue(_terms) ?? [], parsed.GetValue(_context),
                WordTimesOf(parsed.GetValue(_wordTimes)!)),
            Interim = InterimOf(parsed),
            Endpointing = endpointing,
        };
    }

    private static WordTimes WordTimesOf(string name) => name switch
    {
        "none" => WordTimes.None,
        "aligned" => WordTimes.AlignedPreferred,
        _ => WordTimes.Estimated,
    };

    private InterimOptions InterimOf(ParseResult parsed)
    {
        var interim = new InterimOptions { Disabled = parsed.GetValue(_noPartials) };
        if (parsed.GetValue(_interval) is { } interval)
            interim.Interval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(interval));
        if (parsed.GetValue(_agreement) is { } agreement) interim.Agreement = (uint)agreement;
        return interim;
    }
}
