using System.CommandLine;
using AsrService.Audio;
using AsrService.Cli.Live;

namespace AsrService.Cli.Commands;

/// <summary>Options that say what audio without a header is.</summary>
internal sealed class RawAudioOptions
{
    private readonly Option<int?> _rate = CommandOptions.Integer(
        "--rate", "HZ", "Of raw audio: sample frames a second. Default: 16000.", 8_000, 48_000);

    private readonly Option<int?> _channels = CommandOptions.Integer(
        "--channels", "N", "Of raw audio: interleaved channels, each transcribed by itself. Default: 1.", 1, 8);

    private readonly Option<string?> _encoding = CommandOptions.Choice(
        "--encoding", "Of raw audio: how a sample is written. Default: s16le.", null, "s16le", "f32le", "mulaw", "alaw");

    public void AddTo(Command command)
    {
        command.Add(_rate);
        command.Add(_channels);
        command.Add(_encoding);
    }

    /// <summary>Null where none of them is given: then the audio says it itself, if it can.</summary>
    public RawFormat? Of(ParseResult parsed)
    {
        int? rate = parsed.GetValue(_rate), channels = parsed.GetValue(_channels);
        string? encoding = parsed.GetValue(_encoding);
        if (rate is null && channels is null && encoding is null) return null;
        return new RawFormat(
            rate ?? RawFormat.Default.Rate,
            channels ?? RawFormat.Default.Channels,
            encoding switch
            {
                "f32le" => SampleEncoding.F32,
                "mulaw" => SampleEncoding.MuLaw,
                "alaw" => SampleEncoding.ALaw,
                _ => SampleEncoding.S16,
            });
    }
}
