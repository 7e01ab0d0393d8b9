using AsrService.Audio;

namespace AsrService.Hosting;

/// <summary>
/// A recording up to a length: what lies behind is not read, only noticed. Its errors name no file of ours. One thread
/// reads; others may look at how far it is.
/// </summary>
internal sealed class BoundedReader : AudioReader
{
    private readonly AudioReader _inner;
    private readonly bool _clips;
    private readonly string _path;
    private readonly QuotaLease _quota;
    private long _maxFrames;
    private long _charged;
    private long _frames;
    private volatile bool _isCut;
    private volatile bool _isOverQuota;

    /// <param name="inner">Owned.</param>
    /// <param name="max">The length.</param>
    /// <param name="quota">Of its caller; where that is used up the recording ends, as if it were no longer.</param>
    /// <param name="clips">Whether samples beyond full scale are clipped, as of raw floats.</param>
    /// <param name="path">What errors must not name.</param>
    public BoundedReader(AudioReader inner, TimeSpan max, QuotaLease quota, bool clips, string path)
    {
        (_inner, _quota, _clips, _path) = (inner, quota, clips, path);
        _maxFrames = ExactDuration.Frames(max.Ticks * (Int128)100, inner.SampleRate);
        _isCut = inner.FrameCount > _maxFrames;
    }

    /// <summary>What errors call a recording.</summary>
    public static string PublicName => "the recording";

    public override string Name => PublicName;

    public override int SampleRate => _inner.SampleRate;

    public override int Channels => _inner.Channels;

    public override long? FrameCount => _inner.FrameCount is { } count ? Math.Min(count, _maxFrames) : null;

    public override bool IsWithinUnitRange => _clips || _inner.IsWithinUnitRange;

    public override bool CanRewind => _inner.CanRewind;

    /// <summary>Whether the recording is longer; known at the latest when it has been read to the end.</summary>
    public bool IsCut => _isCut;

    /// <summary>Whether the caller's quota was used up in it; what was read until then counts.</summary>
    public bool IsOverQuota => _isOverQuota;

    /// <summary>How much of it was read.</summary>
    public TimeSpan Duration => ExactDuration.OfFrames(Interlocked.Read(ref _frames), SampleRate);

    /// <summary>Runs what may fail with an error that names the file.</summary>
    public static T WithoutPath<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (AudioFormatException fault) when (path.Length > 0 && fault.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new AudioFormatException(fault.Message.Replace(path, PublicName, StringComparison.Ordinal), fault);
        }
    }

    public override int Read(Span<float> interleaved)
    {
        long left = _maxFrames - _frames;
        if (left == 0)
        {
            _isCut |= ReadInner(stackalloc float[Channels]) > 0;
            return 0;
        }

        int wanted = (int)Math.Min(left, interleaved.Length / Channels);
        int read = ReadInner(wanted == 0 ? interleaved : interleaved[..(wanted * Channels)]);
        if (_clips) Clip(interleaved[..(read * Channels)]);
        Interlocked.Exchange(ref _frames, _frames + read);
        Charge();
        return read;
    }

    public override void Rewind()
    {
        _inner.Rewind();
        Interlocked.Exchange(ref _frames, 0);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
    }

    /// <summary>Counts what was read for the first time.</summary>
    private void Charge()
    {
        if (_frames <= _charged) return;
        bool isLeft = _quota.TryTake(ExactDuration.OfFrames((_frames - _charged) * Channels, SampleRate));
        _charged = _frames;
        if (isLeft) return;
        (_isOverQuota, _maxFrames) = (true, _frames);
    }

    private int ReadInner(Span<float> interleaved)
    {
        try
        {
            return _inner.Read(interleaved);
        }
        catch (AudioFormatException fault) when (_path.Length > 0)
        {
            throw new AudioFormatException(fault.Message.Replace(_path, PublicName, StringComparison.Ordinal), fault);
        }
    }

    private static void Clip(Span<float> samples)
    {
        foreach (ref float sample in samples) sample = Math.Clamp(sample, -1, 1);
    }
}
