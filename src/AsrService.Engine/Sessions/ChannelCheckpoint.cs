using AsrService.Audio;

namespace AsrService.Engine.Sessions;

/// <summary>Where a channel can be gone on with.</summary>
/// <param name="Final">Covered by finals, or silent: a sample index at 16 kHz.</param>
/// <param name="NextIndex">Index of the next segment that has no final.</param>
/// <param name="Languages">What its finals taught.</param>
/// <param name="Input">How it was heard.</param>
internal sealed record ChannelCheckpoint(long Final, int NextIndex, LanguageMemory Languages, SegmenterState Input)
{
    private const byte InSpeech = 1, IsOpen = 2;

    public void Write(BinaryWriter to)
    {
        to.Write7BitEncodedInt64(Final);
        to.Write7BitEncodedInt(NextIndex);
        Languages.Write(to);
        to.Write7BitEncodedInt64(Input.DetectorAt);
        to.Write7BitEncodedInt(Input.Detector.Length);
        to.Write(Input.Detector);
        foreach (long place in (long[])[Input.At, Input.First, Input.LastEnd, Input.SpeechEnd])
            WriteSigned(to, place - Input.DetectorAt);
        to.Write((byte)((Input.InSpeech ? InSpeech : 0) | (Input.Open is null ? 0 : IsOpen)));
        if (Input.Open is { } open) to.Write7BitEncodedInt64(open);
    }

    public static ChannelCheckpoint Read(BinaryReader from)
    {
        long final = from.Read7BitEncodedInt64();
        int nextIndex = from.Read7BitEncodedInt();
        var languages = LanguageMemory.Read(from);
        long at = from.Read7BitEncodedInt64();
        byte[] detector = from.ReadBytes(from.Read7BitEncodedInt());
        var input = new SegmenterState
        {
            DetectorAt = at,
            Detector = detector,
            At = at + ReadSigned(from),
            First = at + ReadSigned(from),
            LastEnd = at + ReadSigned(from),
            SpeechEnd = at + ReadSigned(from),
        };
        byte flags = from.ReadByte();
        input = input with
        {
            InSpeech = (flags & InSpeech) != 0,
            Open = (flags & IsOpen) != 0 ? from.Read7BitEncodedInt64() : null,
        };
        return new ChannelCheckpoint(final, nextIndex, languages, input);
    }

    private static void WriteSigned(BinaryWriter to, long value) => to.Write7BitEncodedInt64((value << 1) ^ (value >> 63));

    private static long ReadSigned(BinaryReader from)
    {
        long value = from.Read7BitEncodedInt64();
        return (long)((ulong)value >> 1) ^ -(value & 1);
    }
}
