using System.Runtime.Intrinsics;
using AsrService.Kernels.Simd;
using AsrService.Kernels.Workers;

namespace AsrService.Kernels.Tests;

/// <summary>Every way in which the operations are computed.</summary>
public enum Backend
{
    Reference,
    Lanes256,
    Lanes512,
}

internal static class Backends
{
    public static IOps New(Backend backend, int threads = 1) => backend switch
    {
        Backend.Reference => CpuOps.CreateReference(),
        Backend.Lanes256 => new SimdOps<Lanes256, Vector256<float>>(new WorkerSet(threads), ownsWorkers: true),
        _ => new SimdOps<Lanes512, Vector512<float>>(new WorkerSet(threads), ownsWorkers: true),
    };
}

/// <summary>Operands made from random numbers.</summary>
internal static class Operands
{
    /// <summary>Values of the sizes that occur in activations: mostly near one, some far larger.</summary>
    public static float[] Values(this Random random, int count, float scale = 1)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = scale * (2 * random.NextSingle() - 1) * (random.Next(20) == 0 ? 5 : 1);
        }
        return values;
    }

    public static Tensor Tensor(this IOps ops, float[] values, int columns)
    {
        var tensor = ops.NewTensor(0, columns);
        ops.Write(values, tensor);
        return tensor;
    }

    public static Weight Matrix(this IOps ops, float[] values, int columns, DType type) =>
        ops.LoadMatrix([WeightSource.FromValues("matrix", new Shape(values.Length / columns, columns), values)], type);

    public static Weight Vector(this IOps ops, float[] values) =>
        ops.LoadVector([WeightSource.FromValues("vector", new Shape(values.Length), values)]);

    public static float[] Values(this IOps ops, Tensor tensor)
    {
        var values = new float[tensor.Count];
        ops.Read(tensor, values);
        return values;
    }

    /// <summary>Rows of a row-major array.</summary>
    public static float[] Rows(this float[] values, int first, int count, int columns) =>
        values[(first * columns)..((first + count) * columns)];

    public static float[] RoundedToBf16(this float[] values) =>
        Array.ConvertAll(values, value => Bf16.ToSingle(Bf16.FromSingle(value)));
}
