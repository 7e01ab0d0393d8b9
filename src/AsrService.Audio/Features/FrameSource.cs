namespace AsrService.Audio;

/// <summary>
/// Cuts the 400 samples of a frame out of a clip: reflection without the edge sample at both ends of the padded clip,
/// zeros where it is padded. The samples held may be the clip's end only, as a stream keeps them.
/// </summary>
internal readonly ref struct FrameSource(ReadOnlySpan<float> held, int firstHeld, int paddedLength)
{
    private readonly ReadOnlySpan<float> _held = held;

    /// <summary>
    /// The frame's samples: in place where the clip has them all, else gathered into <paramref name="room"/>.
    /// </summary>
    public ReadOnlySpan<float> Frame(int frame, Span<float> room)
    {
        int start = (frame * LogMelFrontEnd.HopLength) - LogMelFrontEnd.HalfFrame;
        if (start >= 0 && start - firstHeld + LogMelFrontEnd.FrameLength <= _held.Length)
            return _held.Slice(start - firstHeld, LogMelFrontEnd.FrameLength);

        for (int i = 0; i < room.Length; i++)
        {
            int at = Math.Abs(start + i);
            if (at >= paddedLength) at = (2 * (paddedLength - 1)) - at;
            at -= firstHeld;
            room[i] = at < _held.Length ? _held[at] : 0;
        }

        return room;
    }
}
