namespace AsrService.Audio;

/// <summary>Reads samples of one encoding that lie one after another in a stream, which it owns and closes.</summary>
public abstract class PcmReader : AudioReader
{
    private const int BufferLength = 1 << 15;

    private readonly Stream _stream;
    private readonly byte[] _bytes = new byte[BufferLength];
    private readonly SampleEncoding _encoding;
    private readonly long _start; // of the samples; the stream stands there
    private readonly long? _length; // bytes of samples; null: to the stream's end
    private readonly int _frameBytes;

    private long _bytesLeft;
    private long _framesRead;

    private protected PcmReader(Stream stream, string name, PcmLayout layout)
    {
        _stream = stream;
        _encoding = layout.Encoding;
        _frameBytes = layout.FrameBytes;
        Name = name;
        SampleRate = (int)layout.SampleRate;
        Channels = layout.Channels;
        _length = layout.DataLength;
        if (stream.CanSeek)
        {
            _start = stream.Position;
            long there = Math.Max(0, stream.Length - _start);
            _length = Math.Min(layout.DataLength ?? there, there);
        }

        _bytesLeft = _length ?? long.MaxValue;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int SampleRate { get; }

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <inheritdoc/>
    public override long? FrameCount => _length / _frameBytes;

    /// <inheritdoc/>
    public override bool IsWithinUnitRange => !PcmDecoder.IsFloat(_encoding);

    /// <inheritdoc/>
    public override bool CanRewind => _stream.CanSeek;

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved)
    {
        int frames = Math.Min(FramesIn(interleaved.Length), _bytes.Length / _frameBytes);
        int wanted = (int)Math.Min((long)frames * _frameBytes, _bytesLeft);
        int got = Fill(wanted);
        frames = got / _frameBytes;
        if (got < wanted || wanted < _frameBytes)
        {
            _bytesLeft = 0;
            CheckEnd(got - (frames * _frameBytes));
        }
        else
        {
            _bytesLeft -= got;
        }

        interleaved = interleaved[..(frames * Channels)];
        PcmDecoder.Decode(_encoding, _bytes.AsSpan(0, frames * _frameBytes), interleaved);
        if (!IsWithinUnitRange) CheckFinite(interleaved, _framesRead);
        _framesRead += frames;
        return frames;
    }

    /// <inheritdoc/>
    public override void Rewind()
    {
        if (!CanRewind) throw new NotSupportedException($"{Name} comes through a pipe and cannot be read twice.");
        _stream.Position = _start;
        _bytesLeft = _length ?? long.MaxValue;
        _framesRead = 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _stream.Dispose();
    }

    /// <summary>Called at the end with the number of bytes that are left and do not make a sample frame.</summary>
    private protected virtual void CheckEnd(int strayBytes)
    {
    }

    private int Fill(int wanted)
    {
        try
        {
            return _stream.ReadAtLeast(_bytes.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
        }
        catch (IOException fault)
        {
            throw new AudioFormatException(
                $"{Name}: cannot be read after {_framesRead} sample frames: {fault.Message}", fault);
        }
    }
}
