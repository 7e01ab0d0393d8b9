using System.Runtime.InteropServices;

namespace AsrService.Kernels.Memory;

/// <summary>Reads rows of stored tensors as float32.</summary>
internal static class StoredValues
{
    /// <summary>Row <paramref name="row"/> of a source, widened.</summary>
    public static void ReadRow(WeightSource source, int row, Span<float> to)
    {
        int columns = source.Columns;
        int size = source.Type.Size();
        var bytes = source.Data.Span.Slice(checked(row * columns * size), columns * size);
        switch (source.Type)
        {
            case DType.F32:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(to);
                break;
            case DType.BF16:
                var halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < halves.Length; i++) to[i] = Bf16.ToSingle(halves[i]);
                break;
            case DType.F16:
                var binary16 = MemoryMarshal.Cast<byte, Half>(bytes);
                for (int i = 0; i < binary16.Length; i++) to[i] = (float)binary16[i];
                break;
            default:
                throw new ArgumentException($"{source.Name}: {source.Type} is not a storage format.", nameof(source));
        }
    }

    /// <summary>All one-dimensional sources, joined.</summary>
    public static float[] Join(ReadOnlySpan<WeightSource> sources)
    {
        int count = 0;
        foreach (var source in sources) count += (int)source.Shape.Count;
        var values = new float[count];
        int at = 0;
        foreach (var source in sources)
        {
            var flat = source with { Shape = new Shape(1, (int)source.Shape.Count) };
            ReadRow(flat, 0, values.AsSpan(at, flat.Columns));
            at += flat.Columns;
        }
        return values;
    }

    /// <summary>Rows of all sources together, after checking that their columns agree.</summary>
    public static int TotalRows(ReadOnlySpan<WeightSource> sources)
    {
        int rows = 0;
        foreach (var source in sources)
        {
            ShapeException.Require($"columns of {source.Name}", sources[0].Columns, source.Columns);
            rows += source.Rows;
        }
        return rows;
    }

    /// <summary>The source that holds a stacked row, and its row there.</summary>
    public static (WeightSource Source, int Row) Locate(ReadOnlySpan<WeightSource> sources, int row)
    {
        foreach (var source in sources)
        {
            if (row < source.Rows) return (source, row);
            row -= source.Rows;
        }
        throw new ArgumentOutOfRangeException(nameof(row));
    }
}
