using AsrService.Contracts.V1;
using AsrService.EndToEnd.Tests.Clients;

namespace AsrService.EndToEnd.Tests.Recordings;

/// <summary>Raw samples in a file, for clients of any language.</summary>
/// <param name="Path">The file, without a header.</param>
/// <param name="Encoding">Of its samples.</param>
/// <param name="Rate">Sample frames a second.</param>
/// <param name="Channels">Interleaved channels.</param>
internal sealed record Clip(string Path, AudioEncoding Encoding, int Rate, int Channels)
{
    public byte[] Bytes => File.ReadAllBytes(Path);

    public AudioFormat Format => new() { Encoding = Encoding, SampleRateHertz = (uint)Rate, Channels = (uint)Channels };

    public double Seconds => (double)new FileInfo(Path).Length / (FrameBytes * Rate);

    private int FrameBytes => Channels * Encoding switch
    {
        AudioEncoding.PcmS16Le => 2,
        AudioEncoding.PcmF32Le => 4,
        _ => 1,
    };

    /// <summary>Bytes of whole sample frames.</summary>
    public int BytesOf(double seconds) => (int)(seconds * Rate) * FrameBytes;

    /// <summary>The bytes from one time to another.</summary>
    public (long From, long Count) Range(double from, double to)
    {
        long start = BytesOf(from);
        return (start, Math.Min(double.IsFinite(to) ? BytesOf(to) : long.MaxValue, new FileInfo(Path).Length) - start);
    }

    /// <summary>A config with this format and defaults.</summary>
    public StreamingConfig Config() => new() { AudioFormat = Format };

    /// <summary>A whole live session of it.</summary>
    public CallScript Script(StreamingConfig? config = null) => CallScript.Live(config ?? Config()).Audio(this).End();
}
