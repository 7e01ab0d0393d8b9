namespace AsrService.Kernels;

/// <summary>One stored tensor as a checkpoint holds it: little-endian, row-major, usually mapped from the file.</summary>
/// <param name="Name">For messages: the tensor's name and file.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="Type">Storage format of <paramref name="Data"/>.</param>
/// <param name="Data">Exactly <c>Shape.Count * Type.Size()</c> bytes; valid while the checkpoint is open.</param>
public sealed record WeightSource(string Name, Shape Shape, DType Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>Rows of a matrix: the outermost extent.</summary>
    public int Rows => Shape[0];

    /// <summary>Elements of one row: the product of the other extents.</summary>
    public int Columns => (int)(Shape.Count / Math.Max(1, Shape[0]));

    /// <summary>A source over values in memory, for tests and for weights that are computed or rearranged at load.</summary>
    public static WeightSource FromValues(string name, Shape shape, ReadOnlySpan<float> values)
    {
        if (values.Length != shape.Count)
            throw new ArgumentException($"{name}: {values.Length} values for shape {shape}.", nameof(values));

        var bytes = new byte[values.Length * sizeof(float)];
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).CopyTo(bytes);
        return new WeightSource(name, shape, DType.F32, bytes);
    }
}
