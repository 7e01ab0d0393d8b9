namespace AsrService.Audio;

/// <summary>Keeps the last 5 s that a segment may have, and finds the place in them to cut.</summary>
internal sealed class CutSearch
{
    public const int Range = 5 * Resampler.OutputRate;

    private const int Window = Resampler.OutputRate / 10;

    private float[] _samples = []; // most segments never come this far
    private int _count;
    private long _first;

    /// <summary>Awaits samples from an index on that has not been reached yet.</summary>
    public void Begin(long first)
    {
        _first = first;
        _count = 0;
    }

    /// <summary>Takes samples in; those before the first one awaited are passed over.</summary>
    /// <param name="at">Index of the first.</param>
    /// <param name="samples">The next ones, up to the end of the range.</param>
    public void Add(long at, ReadOnlySpan<float> samples)
    {
        if (at + samples.Length <= _first) return;
        if (_samples.Length == 0) _samples = new float[Range];
        var awaited = samples[(int)Math.Max(0, _first - at)..];
        awaited.CopyTo(_samples.AsSpan(_count));
        _count += awaited.Length;
    }

    /// <summary>The smallest sample of the quietest 100 ms, once the whole range is there.</summary>
    public long Find() => _first + QuietestPoint.Find(_samples.AsSpan(0, _count), Window);
}
