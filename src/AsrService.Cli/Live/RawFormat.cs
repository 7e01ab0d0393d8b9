using AsrService.Audio;

namespace AsrService.Cli.Live;

/// <summary>What audio without a header is.</summary>
/// <param name="Rate">Sample frames a second.</param>
/// <param name="Channels">Interleaved channels.</param>
/// <param name="Encoding">How a sample is written.</param>
internal readonly record struct RawFormat(int Rate, int Channels, SampleEncoding Encoding)
{
    /// <summary>16 kHz mono, signed 16-bit little-endian.</summary>
    public static RawFormat Default { get; } = new(16_000, 1, SampleEncoding.S16);
}
