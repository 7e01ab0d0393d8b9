using System.Runtime.CompilerServices;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Kernels.Tests.Memory;

/// <summary>An operand that nobody refers to any more must not be freed by its finalizer while an operation uses it.</summary>
[Trait("Category", "Unit")]
public sealed class LifetimeTests
{
    private const int Rows = 256, Columns = 2048;
    private static readonly HeadShape Heads = new(8, 4, 128);

    public static TheoryData<string> Names => ["MatMul", "RmsNorm", "LayerNorm", "SiluMul", "GatherRows", "AttendWindows", "AttendCached"];

    [Theory, MemberData(nameof(Names))]
    public async Task Operation_OperandsOnlyHeldByTheCall_SurviveCollections(string operation)
    {
        using var ops = CpuOps.Create(2);
        using var y = ops.NewTensor(0, operation is "SiluMul" or "MatMul" or "AttendCached" or "AttendWindows" ? Columns / 2 : Columns);
        Run(operation, ops, y);
        var expected = ops.Values(y);

        using var stop = new CancellationTokenSource();
        var collector = Task.Run(() => Collect(stop.Token), TestContext.Current.CancellationToken);
        for (int i = 0; i < 15; i++)
        {
            Run(operation, ops, y);
            TensorAssert.SameBits(expected, ops.Values(y), $"run {i}");
        }
        await stop.CancelAsync();
        await collector;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Run(string operation, IOps ops, Tensor y)
    {
        int[] rows = [.. Enumerable.Range(0, Rows)];
        switch (operation)
        {
            case "MatMul": ops.MatMul(NewInput(ops), NewMatrix(ops), y, NewVector(ops, Columns / 2)); break;
            case "RmsNorm": ops.RmsNorm(NewInput(ops), NewVector(ops, Columns), 1e-6f, y); break;
            case "LayerNorm": ops.LayerNorm(NewInput(ops), NewVector(ops, Columns), NewVector(ops, Columns), 1e-6f, y); break;
            case "SiluMul": ops.SiluMul(NewInput(ops), y); break;
            case "GatherRows": ops.GatherRows(NewInput(ops), rows, y); break;
            case "AttendWindows": ops.AttendWindows(NewQkv(ops), new HeadShape(8, 8, 128), [Rows], y); break;
            case "AttendCached":
                var cache = ops.NewKvCache(new KvGeometry(1, Heads.KvHeads, Heads.HeadDim, DType.BF16, 100));
                ops.AttendCached(NewInput(ops), Heads, cache, 0, NewSequence(cache), rows, y);
                break;
        }
    }

    private static void Collect(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int[] NewSequence(KvCache cache)
    {
        int sequence = cache.Open();
        cache.TryExtend(sequence, Rows);
        return [.. Enumerable.Repeat(sequence, Rows)];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tensor NewInput(IOps ops) => ops.Tensor([.. Enumerable.Repeat(0.5f, Rows * Columns)], Columns);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tensor NewQkv(IOps ops) => ops.Tensor([.. Enumerable.Repeat(0.5f, Rows * 3 * 1024)], 3 * 1024);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Weight NewMatrix(IOps ops) => ops.Matrix([.. Enumerable.Repeat(0.25f, Columns * Columns / 2)], Columns, DType.BF16);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Weight NewVector(IOps ops, int count) => ops.Vector([.. Enumerable.Repeat(0.25f, count)]);
}
