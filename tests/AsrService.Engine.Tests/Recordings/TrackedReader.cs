using AsrService.Audio;

namespace AsrService.Engine.Tests.Recordings;

/// <summary>Samples in memory as a file that can break, and that knows whether it was closed.</summary>
internal sealed class TrackedReader(float[] samples, int? breaksAt = null) : AudioReader
{
    private int _next;

    public bool IsClosed { get; private set; }

    public override string Name => "tracked";

    public override int SampleRate => 16_000;

    public override int Channels => 1;

    public override long? FrameCount => samples.Length;

    public override bool IsWithinUnitRange => true; // so that nothing is read ahead

    public override bool CanRewind => false;

    public override int Read(Span<float> interleaved)
    {
        if (_next >= breaksAt) throw new AudioFormatException("tracked: broken");
        int count = Math.Min(interleaved.Length, samples.Length - _next);
        samples.AsSpan(_next, count).CopyTo(interleaved);
        _next += count;
        return count;
    }

    public override void Rewind() => throw new NotSupportedException();

    protected override void Dispose(bool disposing) => IsClosed = true;
}
