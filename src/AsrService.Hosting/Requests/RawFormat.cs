using AsrService.Audio;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Hosting;

/// <summary>The format of raw samples.</summary>
internal sealed record RawFormat(SampleEncoding Encoding, int SampleRate, int Channels)
{
    public const int MinRate = 8000, MaxRate = 48_000;

    public int FrameBytes => PcmDecoder.BytesPerSample(Encoding) * Channels;

    /// <summary>The format of a live session, which has to be given; null with a violation.</summary>
    public static RawFormat? ReadLive(V1.AudioFormat? format, Violations.Field field)
    {
        if (format is not null) return Read(format, field);
        field.Refuse($"is missing; encoding and sample_rate_hertz are required.");
        return null;
    }

    /// <summary>The format of a recording; null for a container, or with a violation.</summary>
    public static RawFormat? ReadRecording(V1.AudioFormat? format, Violations.Field field) =>
        format is null or { Encoding: V1.AudioEncoding.Unspecified or V1.AudioEncoding.Container } ? null : Read(format, field);

    /// <summary>Checks a whole recording of this format.</summary>
    /// <param name="bytes">Of it.</param>
    /// <param name="max">The longest.</param>
    /// <param name="field">Where it stands.</param>
    public void CheckRecording(int bytes, TimeSpan max, Violations.Field field)
    {
        if (bytes % FrameBytes != 0) field.Refuse($"{bytes} bytes are not whole sample frames of {FrameBytes} bytes.");
        var length = ExactDuration.OfFrames(bytes / FrameBytes, SampleRate);
        if (length > max) field.Refuse($"{ExactDuration.Text(length)} are more than {ExactDuration.Text(max)}.");
    }

    /// <summary>The message with every default filled in.</summary>
    public V1.AudioFormat ToMessage() => new()
    {
        Encoding = Encoding switch
        {
            SampleEncoding.S16 => V1.AudioEncoding.PcmS16Le,
            SampleEncoding.F32 => V1.AudioEncoding.PcmF32Le,
            SampleEncoding.MuLaw => V1.AudioEncoding.Mulaw,
            _ => V1.AudioEncoding.Alaw,
        },
        SampleRateHertz = (uint)SampleRate,
        Channels = (uint)Channels,
    };

    private static RawFormat? Read(V1.AudioFormat format, Violations.Field field)
    {
        SampleEncoding? encoding = format.Encoding switch
        {
            V1.AudioEncoding.PcmS16Le => SampleEncoding.S16,
            V1.AudioEncoding.PcmF32Le => SampleEncoding.F32,
            V1.AudioEncoding.Mulaw => SampleEncoding.MuLaw,
            V1.AudioEncoding.Alaw => SampleEncoding.ALaw,
            _ => null,
        };
        bool isRate = format.SampleRateHertz is >= MinRate and <= MaxRate, isCount = format.Channels <= AudioReader.MaxChannels;
        if (encoding is null)
            field["encoding"].Refuse($"{format.Encoding} is not one of PCM_S16LE, PCM_F32LE, MULAW, ALAW.");
        if (!isRate) field["sample_rate_hertz"].Refuse($"{format.SampleRateHertz} is not in {MinRate} to {MaxRate}.");
        if (!isCount) field["channels"].Refuse($"{format.Channels} is not in 1 to {AudioReader.MaxChannels}.");
        if (encoding is null || !isRate || !isCount) return null;
        return new RawFormat(encoding.Value, (int)format.SampleRateHertz, Math.Max(1, (int)format.Channels));
    }
}
