using AsrService.Kernels;
using BenchmarkDotNet.Attributes;

namespace AsrService.Microbenchmarks.Kernels;

/// <summary>A projection of the decoder, 1024 → 3072, BF16: one decode step of 1 and 8 sequences, one encoder window.</summary>
/// <remarks>Its 6 MB of weights stay in the cache here; a whole decode step reads each matrix from memory.</remarks>
[MemoryDiagnoser]
public class MatMulBenchmarks
{
    private Product _product = null!;

    [Params(1, 8, 104)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup() => _product = new Product(CpuOps.Create(), Rows, inputs: 1024, outputs: 3072);

    [GlobalCleanup]
    public void Cleanup() => _product.Dispose();

    [Benchmark]
    public void Simd() => _product.Run();
}

/// <summary>The same product against the readable reference, at a size that the reference can bear.</summary>
[MemoryDiagnoser]
public class MatMulAgainstReferenceBenchmarks
{
    private Product _reference = null!, _simd = null!;

    [GlobalSetup]
    public void Setup()
    {
        _reference = new Product(CpuOps.CreateReference(), rows: 8, inputs: 256, outputs: 256);
        _simd = new Product(CpuOps.Create(threads: 1), rows: 8, inputs: 256, outputs: 256);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _reference.Dispose();
        _simd.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Reference() => _reference.Run();

    [Benchmark]
    public void Simd() => _simd.Run();
}

/// <summary>One matrix product with everything it needs.</summary>
internal sealed class Product : IDisposable
{
    private readonly IOps _ops;
    private readonly Weight _weight;
    private readonly Tensor _x, _y;

    public Product(IOps ops, int rows, int inputs, int outputs)
    {
        _ops = ops;
        _weight = ops.LoadMatrix(
            [WeightSource.FromValues("w", new Shape(outputs, inputs), RandomValues.Of(outputs * inputs))], DType.BF16);
        _x = ops.NewTensor(rows, inputs);
        _y = ops.NewTensor(rows, outputs);
        ops.Write(RandomValues.Of(rows * inputs, seed: 2), _x);
    }

    public void Run() => _ops.MatMul(_x, _weight, _y);

    public void Dispose()
    {
        _x.Dispose();
        _y.Dispose();
        _weight.Dispose();
        _ops.Dispose();
    }
}
