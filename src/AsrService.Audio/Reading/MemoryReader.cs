namespace AsrService.Audio;

/// <summary>Samples that are in memory already, one channel.</summary>
internal sealed class MemoryReader(ReadOnlyMemory<float> samples, int sampleRate, string name) : AudioReader
{
    private int _next;

    public override string Name => name;

    public override int SampleRate => sampleRate;

    public override int Channels => 1;

    public override long? FrameCount => samples.Length;

    public override bool IsWithinUnitRange => false;

    public override bool CanRewind => true;

    public override int Read(Span<float> interleaved)
    {
        int count = Math.Min(FramesIn(interleaved.Length), samples.Length - _next);
        interleaved = interleaved[..count];
        samples.Span.Slice(_next, count).CopyTo(interleaved);
        CheckFinite(interleaved, _next);
        _next += count;
        return count;
    }

    public override void Rewind() => _next = 0;

    protected override void Dispose(bool disposing)
    {
    }
}
