namespace AsrService.Engine.Sessions;

/// <summary>The stretch of a channel's samples that somebody still needs, by their index in the session.</summary>
/// <remarks>A ring that grows up to what the session's limit lets in. Not thread-safe.</remarks>
internal sealed class SampleBuffer
{
    /// <param name="start">Index of the first sample appended.</param>
    public SampleBuffer(long start = 0) => Start = End = start;

    private float[] _ring = new float[1 << 14];

    /// <summary>Index of the first sample held.</summary>
    public long Start { get; private set; }

    /// <summary>Index after the last sample held: samples appended so far.</summary>
    public long End { get; private set; }

    public void Append(ReadOnlySpan<float> samples)
    {
        int count = (int)(End - Start);
        if (count + samples.Length > _ring.Length) Grow(count + samples.Length);
        Write(End, samples);
        End += samples.Length;
    }

    /// <summary>Copies samples that are held.</summary>
    public void Read(long from, Span<float> samples)
    {
        if (from < Start || from + samples.Length > End)
            throw new ArgumentOutOfRangeException(nameof(from), from, $"{samples.Length} samples asked for, {Start} to {End} held.");
        int at = (int)(from & (_ring.Length - 1)), first = Math.Min(samples.Length, _ring.Length - at);
        _ring.AsSpan(at, first).CopyTo(samples);
        _ring.AsSpan(0, samples.Length - first).CopyTo(samples[first..]);
    }

    /// <summary>Lets go of the samples before an index.</summary>
    public void Release(long before) => Start = Math.Clamp(before, Start, End);

    private void Grow(int needed)
    {
        int count = (int)(End - Start);
        var held = new float[count];
        Read(Start, held);
        _ring = new float[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed)];
        Write(Start, held);
    }

    private void Write(long index, ReadOnlySpan<float> samples)
    {
        int at = (int)(index & (_ring.Length - 1)), first = Math.Min(samples.Length, _ring.Length - at);
        samples[..first].CopyTo(_ring.AsSpan(at));
        samples[first..].CopyTo(_ring);
    }
}
