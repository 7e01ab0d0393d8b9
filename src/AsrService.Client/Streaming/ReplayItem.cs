using V1 = AsrService.Contracts.V1;

namespace AsrService.Client;

/// <summary>Something that was written to a stream, at its place.</summary>
/// <param name="sequence">Sample frames of the stream before it.</param>
internal abstract class ReplayItem(long sequence)
{
    public long Sequence { get; } = sequence;

    /// <summary>Sample frames that it stands for.</summary>
    public abstract long Frames { get; }

    public long End => Sequence + Frames;
}

/// <summary>Sound. Grows at its end while there is room; what is there never changes.</summary>
internal sealed class AudioItem(long sequence, int frameBytes, int capacity) : ReplayItem(sequence)
{
    private readonly byte[] _buffer = new byte[capacity];
    private int _length;

    public override long Frames => _length / frameBytes;

    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _length) return false;
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
        return true;
    }

    /// <summary>The bytes of frames of the stream.</summary>
    public ReadOnlyMemory<byte> Slice(long from, long frames) =>
        _buffer.AsMemory((int)(from - Sequence) * frameBytes, (int)frames * frameBytes);
}

/// <summary>The absence of sound.</summary>
internal sealed class SilenceItem(long sequence, long frames) : ReplayItem(sequence)
{
    public override long Frames => frames;
}

/// <summary>An update or a finalize.</summary>
internal sealed class ControlItem(long sequence, V1.Control control) : ReplayItem(sequence)
{
    /// <summary>What it takes beside its message, about.</summary>
    private const int Overhead = 64;

    public V1.Control Control { get; private set; } = control;

    public override long Frames => 0;

    /// <summary>Whether it is part of the config at the cursor, and not to be sent again.</summary>
    public bool IsFolded { get; set; }

    public int Bytes => Control.CalculateSize() + Overhead;

    /// <summary>Makes one update of two at the same place.</summary>
    public void Merge(V1.ConfigUpdate later)
    {
        var update = Control.Update.Clone();
        update.Biasing = later.Biasing ?? update.Biasing;
        update.Language = later.Language ?? update.Language;
        update.Endpointing = later.Endpointing ?? update.Endpointing;
        Control = new V1.Control { Update = update };
    }
}
