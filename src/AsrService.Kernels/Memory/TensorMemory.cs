namespace AsrService.Kernels.Memory;

/// <summary>Moving rows in and out of <see cref="CpuTensor"/>s: the operations without arithmetic, the same in both CPU backends.</summary>
internal static class TensorMemory
{
    /// <inheritdoc cref="IOps.Write"/>
    public static void Write(ReadOnlySpan<float> from, Tensor to)
    {
        ShapeException.Require("values beyond whole rows", 0, from.Length % to.Columns);
        to.Resize(from.Length / to.Columns);
        from.CopyTo(Cpu(to).Values);
        Held.UntilHere(to);
    }

    /// <inheritdoc cref="IOps.Read"/>
    public static void Read(Tensor from, Span<float> to)
    {
        ShapeException.Require("values to read", from.Count, to.Length);
        Cpu(from).Values.CopyTo(to);
        Held.UntilHere(from);
    }

    /// <inheritdoc cref="IOps.GatherRows"/>
    public static void GatherRows(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        ShapeException.Require("columns of gathered rows", x.Columns, y.Columns);
        y.Resize(rows.Length);
        for (int i = 0; i < rows.Length; i++) Cpu(x).Row(rows[i]).CopyTo(Cpu(y).Row(i));
        Held.UntilHere(x, y);
    }

    /// <inheritdoc cref="IOps.InsertRows"/>
    public static void InsertRows(Tensor x, int from, ReadOnlySpan<int> rows, Tensor y)
    {
        ShapeException.Require("columns of inserted rows", y.Columns, x.Columns);
        for (int i = 0; i < rows.Length; i++) Cpu(x).Row(from + i).CopyTo(Cpu(y).Row(rows[i]));
        Held.UntilHere(x, y);
    }

    private static CpuTensor Cpu(Tensor tensor) => (CpuTensor)tensor;
}
