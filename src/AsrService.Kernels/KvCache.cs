namespace AsrService.Kernels;

/// <summary>Extents and format of a key/value cache.</summary>
/// <param name="Layers">Decoder layers.</param>
/// <param name="KvHeads">Key heads of a layer.</param>
/// <param name="HeadDim">Values of one head.</param>
/// <param name="Type"><see cref="DType.F32"/> or <see cref="DType.BF16"/>; attention reads keys and values in this format, also those written in the same call.</param>
/// <param name="MaxBlocks">Most KV blocks that may be in use; memory is taken as they are first used.</param>
public sealed record KvGeometry(int Layers, int KvHeads, int HeadDim, DType Type, int MaxBlocks)
{
    /// <summary>Bytes of one KV block.</summary>
    public long BlockBytes => 2L * Layers * KvHeads * HeadDim * KvCache.BlockPositions * Type.Size();

    /// <summary>KV blocks that hold <paramref name="positions"/> positions.</summary>
    public static int BlocksFor(int positions) => (positions + KvCache.BlockPositions - 1) / KvCache.BlockPositions;
}

/// <summary>
/// Keys and values of many sequences, kept in KV blocks of <see cref="BlockPositions"/> positions, which are also the
/// key blocks that attention walks. This class keeps the books; a backend holds the memory.
/// </summary>
/// <remarks>Not thread-safe: it belongs to whoever owns the model.</remarks>
public abstract class KvCache : IDisposable
{
    /// <summary>Positions of one KV block.</summary>
    public const int BlockPositions = 64;

    private readonly List<Sequence?> _sequences = [];
    private readonly Stack<int> _freeSequences = new();
    private readonly Stack<int> _freeBlocks = new();
    private int _createdBlocks;

    /// <summary>Keeps the books of a cache of this geometry.</summary>
    protected KvCache(KvGeometry geometry)
    {
        if (geometry.Type is not (DType.F32 or DType.BF16))
            throw new ArgumentException($"KV format {geometry.Type} is not F32 or BF16.", nameof(geometry));
        Geometry = geometry;
    }

    /// <summary>Extents and format.</summary>
    public KvGeometry Geometry { get; }

    /// <summary>KV blocks that can still be taken.</summary>
    public int FreeBlocks => Geometry.MaxBlocks - _createdBlocks + _freeBlocks.Count;

    /// <summary>A new, empty sequence; <see cref="Close"/> returns its KV blocks.</summary>
    public int Open()
    {
        if (!_freeSequences.TryPop(out int id))
        {
            id = _sequences.Count;
            _sequences.Add(null);
        }
        _sequences[id] = new Sequence();
        return id;
    }

    /// <summary>Positions held by a sequence.</summary>
    public int LengthOf(int sequence) => Get(sequence).Length;

    /// <summary>Makes room for further positions, to be written by the next <see cref="IOps.AttendCached"/>.</summary>
    /// <returns>False, with nothing changed, when too few KV blocks are free.</returns>
    public bool TryExtend(int sequence, int positions)
    {
        var entry = Get(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(positions);
        if (positions > int.MaxValue - BlockPositions - entry.Length) return false; // the sum would overflow
        int wanted = KvGeometry.BlocksFor(entry.Length + positions) - entry.Blocks.Count;
        if (wanted > FreeBlocks) return false;

        for (; wanted > 0; wanted--) entry.Blocks.Add(TakeBlock());
        entry.Length += positions;
        return true;
    }

    /// <summary>Forgets the positions from <paramref name="length"/> on.</summary>
    public void Truncate(int sequence, int length)
    {
        var entry = Get(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, entry.Length);
        for (int keep = KvGeometry.BlocksFor(length); entry.Blocks.Count > keep; entry.Blocks.RemoveAt(entry.Blocks.Count - 1))
            _freeBlocks.Push(entry.Blocks[^1]);
        entry.Length = length;
    }

    /// <summary>Copies a sequence into a new one that goes its own way from here.</summary>
    /// <returns>False, with nothing changed, when too few KV blocks are free.</returns>
    public bool TryFork(int sequence, out int fork)
    {
        var from = Get(sequence);
        fork = -1;
        if (from.Blocks.Count > FreeBlocks) return false;

        fork = Open();
        TryExtend(fork, from.Length);
        var to = Get(fork);
        for (int i = 0; i < from.Blocks.Count; i++) CopyBlock(from.Blocks[i], to.Blocks[i]);
        return true;
    }

    /// <summary>Ends a sequence and frees its KV blocks.</summary>
    public void Close(int sequence)
    {
        Truncate(sequence, 0);
        _sequences[sequence] = null;
        _freeSequences.Push(sequence);
    }

    /// <summary>KV block that holds positions [index · 64, index · 64 + 64) of a sequence.</summary>
    public int BlockOf(int sequence, int index) => Get(sequence).Blocks[index];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Takes memory for a KV block that is used for the first time.</summary>
    protected abstract void CreateBlock(int block);

    /// <summary>Copies the contents of a KV block, all layers.</summary>
    protected abstract void CopyBlock(int from, int to);

    private int TakeBlock()
    {
        if (_freeBlocks.TryPop(out int block)) return block;
        CreateBlock(_createdBlocks);
        return _createdBlocks++;
    }

    private Sequence Get(int sequence) =>
        (uint)sequence < (uint)_sequences.Count && _sequences[sequence] is { } entry
            ? entry
            : throw new ArgumentException($"Sequence {sequence} is not open.", nameof(sequence));

    private sealed class Sequence
    {
        public int Length;
        public readonly List<int> Blocks = [];
    }
}
