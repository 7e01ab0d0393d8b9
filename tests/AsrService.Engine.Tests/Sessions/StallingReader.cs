using AsrService.Audio;
using Xunit;

namespace AsrService.Engine.Tests.Sessions;

/// <summary>An upload that stands still at a sample until the test lets it go on, or fail.</summary>
internal sealed class StallingReader(float[] samples, int stallsAt, Exception? fault = null) : AudioReader
{
    private readonly ManualResetEventSlim _stalled = new(), _released = new();
    private int _next;

    public override string Name => "upload";

    public override int SampleRate => 16_000;

    public override int Channels => 1;

    public override long? FrameCount => null;

    public override bool IsWithinUnitRange => true;

    public override bool CanRewind => false;

    public void AwaitStall() => Assert.True(_stalled.Wait(TimeSpan.FromMinutes(1)), "nobody reads it");

    public void GoOn() => _released.Set();

    public override int Read(Span<float> interleaved)
    {
        if (_next >= stallsAt)
        {
            _stalled.Set();
            _released.Wait();
            if (fault is not null) throw fault;
        }
        int end = _next < stallsAt ? stallsAt : samples.Length, count = Math.Min(interleaved.Length, end - _next);
        samples.AsSpan(_next, count).CopyTo(interleaved);
        _next += count;
        return count;
    }

    public override void Rewind() => throw new NotSupportedException();

    protected override void Dispose(bool disposing) => GoOn(); // the events are left to the collector: a thread may still wait
}
