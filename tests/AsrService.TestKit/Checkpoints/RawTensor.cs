using System.Runtime.InteropServices;
using AsrService.Kernels;

namespace AsrService.TestKit;

/// <summary>A tensor as it is to be stored.</summary>
public sealed record RawTensor(string Name, string StoredType, long[] Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Values rounded to a storage format.</summary>
    public static RawTensor FromValues(string name, Shape shape, DType type, ReadOnlySpan<float> values) =>
        new(name, type.ToString(), Dims(shape), ToBytes(type, values));

    /// <summary>The very bytes of another checkpoint's tensor.</summary>
    public static RawTensor FromSource(string name, WeightSource source) =>
        new(name, source.Type.ToString(), Dims(source.Shape), source.Data);

    private static long[] Dims(Shape shape) => [.. Enumerable.Range(0, shape.Rank).Select(i => (long)shape[i])];

    private static byte[] ToBytes(DType type, ReadOnlySpan<float> values)
    {
        if (type == DType.F32) return MemoryMarshal.AsBytes(values).ToArray();

        var halves = new ushort[values.Length];
        for (int i = 0; i < halves.Length; i++)
        {
            float value = values[i];
            halves[i] = type == DType.BF16 ? Bf16.FromSingle(value) : BitConverter.HalfToUInt16Bits((Half)value);
        }

        return MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();
    }
}
