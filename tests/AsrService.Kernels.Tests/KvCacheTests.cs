using AsrService.TestKit;
using Xunit;

namespace AsrService.Kernels.Tests;

/// <summary>The books of the cache, and that what it holds follows them.</summary>
public sealed class KvCacheTests
{
    private static readonly HeadShape Heads = new(4, 2, 6);

    public static TheoryData<Backend> Backends => [Backend.Reference, Backend.Lanes256, Backend.Lanes512];

    [Theory, MemberData(nameof(Backends)), Trait("Category", "Unit")]
    public void TryExtend_UpToTheLastBlock_CountsBlocks(Backend backend)
    {
        using var ops = Tests.Backends.New(backend);
        using var cache = NewCache(ops, blocks: 3);
        int a = cache.Open(), b = cache.Open();

        Assert.True(cache.TryExtend(a, 64));
        Assert.Equal(2, cache.FreeBlocks);
        Assert.True(cache.TryExtend(a, 1));
        Assert.Equal(1, cache.FreeBlocks);
        Assert.True(cache.TryExtend(a, 0));
        Assert.True(cache.TryExtend(b, 64));
        Assert.Equal((0, 65, 64), (cache.FreeBlocks, cache.LengthOf(a), cache.LengthOf(b)));
        Assert.True(cache.TryExtend(a, 63)); // the block in hand has room
    }

    [Theory, MemberData(nameof(Backends)), Trait("Category", "Unit")]
    public void TryExtend_TooFewBlocks_ChangesNothing(Backend backend)
    {
        using var ops = Tests.Backends.New(backend);
        using var cache = NewCache(ops, blocks: 2);
        int a = cache.Open(), b = cache.Open();
        Assert.True(cache.TryExtend(a, 10));

        Assert.False(cache.TryExtend(b, 65));
        Assert.False(cache.TryExtend(a, 119));
        Assert.False(cache.TryExtend(a, int.MaxValue));

        Assert.Equal((1, 10, 0), (cache.FreeBlocks, cache.LengthOf(a), cache.LengthOf(b)));
        Assert.True(cache.TryExtend(b, 64));
    }

    [Theory, MemberData(nameof(Backends)), Trait("Category", "Unit")]
    public void Truncate_AnyLength_FreesWholeBlocks(Backend backend)
    {
        using var ops = Tests.Backends.New(backend);
        using var cache = NewCache(ops, blocks: 4);
        int a = cache.Open();
        Assert.True(cache.TryExtend(a, 200));

        cache.Truncate(a, 200);
        Assert.Equal(0, cache.FreeBlocks);
        cache.Truncate(a, 129);
        Assert.Equal(1, cache.FreeBlocks);
        cache.Truncate(a, 128);
        Assert.Equal(2, cache.FreeBlocks);
        cache.Truncate(a, 0);
        Assert.Equal((4, 0), (cache.FreeBlocks, cache.LengthOf(a)));
    }

    [Theory, MemberData(nameof(Backends)), Trait("Category", "Unit")]
    public void TryFork_TooFewBlocks_ChangesNothing(Backend backend)
    {
        using var ops = Tests.Backends.New(backend);
        using var cache = NewCache(ops, blocks: 3);
        int a = cache.Open();
        Assert.True(cache.TryExtend(a, 100));

        Assert.False(cache.TryFork(a, out int fork));

        Assert.Equal(-1, fork);
        Assert.Equal((1, 100), (cache.FreeBlocks, cache.LengthOf(a)));
        Assert.Equal(1, cache.Open()); // no sequence was left open
    }

    [Theory, MemberData(nameof(Backends)), Trait("Category", "Unit")]
    public void Close_OpenSequence_ReturnsBlocksAndId(Backend backend)
    {
        using var ops = Tests.Backends.New(backend);
        using var cache = NewCache(ops, blocks: 3);
        int a = cache.Open();
        Assert.True(cache.TryExtend(a, 100));

        cache.Close(a);

        Assert.Equal(3, cache.FreeBlocks);
        Assert.Throws<ArgumentException>(() => cache.Close(a));
        Assert.Throws<ArgumentException>(() => cache.LengthOf(a));
        Assert.Equal(a, cache.Open());
        Assert.Equal(0, cache.LengthOf(a));
    }

    [Fact, Trait("Category", "Unit")]
    public void Books_RandomCalls_NeverLoseABlock()
    {
        const int Blocks = 12;
        using var ops = Tests.Backends.New(Backend.Lanes256);
        using var cache = NewCache(ops, Blocks);
        var random = new Random(7);
        var open = new List<int>();
        for (int i = 0; i < 5000; i++)
        {
            int any = open.Count == 0 ? -1 : open[random.Next(open.Count)];
            switch (random.Next(5))
            {
                case 0 when open.Count < 6: open.Add(cache.Open()); break;
                case 1 when any >= 0: cache.TryExtend(any, random.Next(150)); break;
                case 2 when any >= 0: cache.Truncate(any, random.Next(cache.LengthOf(any) + 1)); break;
                case 3 when any >= 0 && cache.TryFork(any, out int fork): open.Add(fork); break;
                case 4 when any >= 0 && random.Next(3) == 0:
                    cache.Close(any);
                    open.Remove(any);
                    break;
            }
            int[] used = [.. open.SelectMany(sequence => BlocksOf(cache, sequence))];
            Assert.Equal(used.Length, used.Distinct().Count());
            Assert.Equal(Blocks - used.Length, cache.FreeBlocks);
        }
    }

    [Fact, Trait("Category", "Unit")]
    public void Calls_WrongArguments_AreRefused()
    {
        using var ops = Tests.Backends.New(Backend.Lanes256);
        using var cache = NewCache(ops, blocks: 2);
        int a = cache.Open();
        Assert.True(cache.TryExtend(a, 5));

        Assert.Throws<ArgumentOutOfRangeException>(() => cache.TryExtend(a, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(a, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(a, -1));
        Assert.Throws<ArgumentException>(() => cache.LengthOf(7));
        Assert.Throws<ArgumentException>(() => ops.NewKvCache(new KvGeometry(1, 1, 2, DType.F16, 1)));
        Assert.Equal(5, cache.LengthOf(a));
    }

    [Theory, Trait("Category", "Conformance")]
    [InlineData(Backend.Reference, DType.BF16), InlineData(Backend.Lanes256, DType.BF16), InlineData(Backend.Lanes512, DType.F32)]
    public void TryFork_ThenBothGoOn_EachAsIfAlone(Backend backend, DType type)
    {
        using var ops = Tests.Backends.New(backend);
        using var cache = NewCache(ops, 100, type);
        float[] common = Inputs(1, 100), left = Inputs(2, 70), right = Inputs(3, 70);
        int a = cache.Open();
        Extend(ops, cache, a, common);

        Assert.True(cache.TryFork(a, out int b));
        var foundLeft = Extend(ops, cache, a, left);
        var foundRight = Extend(ops, cache, b, right);

        TensorAssert.SameBits(Fresh(ops, cache, [.. common, .. left]).AsSpan()[^foundLeft.Length..], foundLeft);
        TensorAssert.SameBits(Fresh(ops, cache, [.. common, .. right]).AsSpan()[^foundRight.Length..], foundRight);
    }

    [Theory, Trait("Category", "Conformance")]
    [InlineData(Backend.Reference, DType.BF16), InlineData(Backend.Lanes256, DType.F32), InlineData(Backend.Lanes512, DType.BF16)]
    public void Truncate_ThenExtended_SameBitsAsFresh(Backend backend, DType type)
    {
        using var ops = Tests.Backends.New(backend);
        using var cache = NewCache(ops, 100, type);
        float[] kept = Inputs(1, 70), dropped = Inputs(2, 130), next = Inputs(3, 90);
        int a = cache.Open();
        Extend(ops, cache, a, [.. kept, .. dropped]);

        cache.Truncate(a, 70);
        var found = Extend(ops, cache, a, next);

        TensorAssert.SameBits(Fresh(ops, cache, [.. kept, .. next]).AsSpan()[^found.Length..], found);
    }

    [Theory, MemberData(nameof(Backends)), Trait("Category", "Conformance")]
    public void AttendCached_BlockUsedBeforeForBrokenNumbers_IsNotTouchedByThem(Backend backend)
    {
        using var ops = Tests.Backends.New(backend);
        using var cache = NewCache(ops, blocks: 1);
        int a = cache.Open();
        var expected = Extend(ops, cache, a, Inputs(1, 10));
        cache.Truncate(a, 0);
        Extend(ops, cache, a, Enumerable.Repeat(float.NaN, 64 * Heads.QkvColumns).ToArray());
        cache.Close(a);

        TensorAssert.SameBits(expected, Extend(ops, cache, cache.Open(), Inputs(1, 10)));
    }

    private static KvCache NewCache(IOps ops, int blocks, DType type = DType.F32) =>
        ops.NewKvCache(new KvGeometry(1, Heads.KvHeads, Heads.HeadDim, type, blocks));

    private static IEnumerable<int> BlocksOf(KvCache cache, int sequence) =>
        Enumerable.Range(0, KvGeometry.BlocksFor(cache.LengthOf(sequence))).Select(index => cache.BlockOf(sequence, index));

    private static float[] Inputs(int seed, int rows) => new Random(seed).Values(rows * Heads.QkvColumns, 2);

    private static float[] Fresh(IOps ops, KvCache cache, float[] x)
    {
        int sequence = cache.Open();
        var y = Extend(ops, cache, sequence, x);
        cache.Close(sequence);
        return y;
    }

    private static float[] Extend(IOps ops, KvCache cache, int sequence, float[] x)
    {
        var rows = new CachedRows();
        rows.Extend(cache, sequence, x.Length / Heads.QkvColumns);
        using var qkv = ops.Tensor(x, Heads.QkvColumns);
        using var y = ops.NewTensor(0, Heads.OutputColumns);
        ops.AttendCached(qkv, Heads, cache, 0, rows.Sequences, rows.Positions, y);
        return ops.Values(y);
    }
}
