using AsrService.Kernels;
using BenchmarkDotNet.Attributes;

namespace AsrService.Microbenchmarks.Kernels;

/// <summary>One layer of a decode step: each sequence attends with one row to 300 positions (20 s of speech), BF16 cache.</summary>
[MemoryDiagnoser]
public class AttentionBenchmarks
{
    private const int Context = 300;

    private static readonly HeadShape Heads = new(Heads: 16, KvHeads: 8, HeadDim: 128);

    private CachedAttention _reference = null!, _simd = null!;

    [Params(1, 8)]
    public int Sequences { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _reference = new CachedAttention(CpuOps.CreateReference(), Heads, Sequences, Context);
        _simd = new CachedAttention(CpuOps.Create(), Heads, Sequences, Context);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _reference.Dispose();
        _simd.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Reference() => _reference.Decode();

    [Benchmark]
    public void Simd() => _simd.Decode();
}

/// <summary>Sequences of equal length in a filled cache, and the query of each one's newest position.</summary>
internal sealed class CachedAttention : IDisposable
{
    private readonly IOps _ops;
    private readonly HeadShape _heads;
    private readonly KvCache _cache;
    private readonly Tensor _qkv, _y;
    private readonly int[] _sequences, _positions;

    public CachedAttention(IOps ops, HeadShape heads, int sequences, int context)
    {
        (_ops, _heads) = (ops, heads);
        int blocks = sequences * KvGeometry.BlocksFor(context);
        _cache = ops.NewKvCache(new KvGeometry(Layers: 1, heads.KvHeads, heads.HeadDim, DType.BF16, blocks));
        _qkv = ops.NewTensor(0, heads.QkvColumns);
        _y = ops.NewTensor(0, heads.OutputColumns);
        _sequences = new int[sequences];
        _positions = new int[sequences];
        for (int i = 0; i < sequences; i++)
        {
            _sequences[i] = Fill(context);
            _positions[i] = context - 1;
        }
        ops.Write(RandomValues.Of(sequences * heads.QkvColumns), _qkv);
    }

    /// <summary>Writes the newest position of every sequence again and attends from it: the cache does not grow.</summary>
    public void Decode() => _ops.AttendCached(_qkv, _heads, _cache, 0, _sequences, _positions, _y);

    public void Dispose()
    {
        _qkv.Dispose();
        _y.Dispose();
        _cache.Dispose();
        _ops.Dispose();
    }

    private int Fill(int context)
    {
        int sequence = _cache.Open();
        if (!_cache.TryExtend(sequence, context)) throw new InvalidOperationException("The cache has too few KV blocks.");

        _ops.Write(RandomValues.Of(context * _heads.QkvColumns), _qkv);
        int[] positions = [.. Enumerable.Range(0, context)], sequences = new int[context];
        Array.Fill(sequences, sequence);
        _ops.AttendCached(_qkv, _heads, _cache, 0, sequences, positions, _y);
        return sequence;
    }
}
