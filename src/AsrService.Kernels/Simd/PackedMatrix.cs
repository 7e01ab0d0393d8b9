using AsrService.Kernels.Memory;

namespace AsrService.Kernels.Simd;

/// <summary>
/// A matrix packed once, at load, in the order the product reads it: panels of 32 output columns, and in a panel one row
/// of 32 values for every input: <c>[panels, in, 32]</c>. Missing columns of the last panel are zero.
/// </summary>
/// <remarks>
/// bfloat16 rows hold column i in the lower and column i + 16 in the upper half of word i, so that a shift and a mask
/// widen a whole vector, whatever its width.
/// </remarks>
internal sealed unsafe class PackedMatrix : Weight
{
    public const int PanelColumns = 32;

    private readonly NativeBuffer _buffer;

    public PackedMatrix(int rows, int columns, DType type)
    {
        (Rows, Columns, Type) = (rows, columns, type);
        Panels = (rows + PanelColumns - 1) / PanelColumns;
        RowBytes = PanelColumns * type.Size();
        Bytes = (long)Panels * columns * RowBytes;
        _buffer = new NativeBuffer(Bytes);
    }

    public int Panels { get; }

    /// <summary>Bytes of one row of a panel.</summary>
    public int RowBytes { get; }

    public byte* Panel(int panel) => _buffer.Start + (long)panel * Columns * RowBytes;

    /// <summary>Packs one panel; panels may be packed on different threads.</summary>
    public void Pack(int panel, ReadOnlySpan<WeightSource> sources)
    {
        var row = new float[Columns];
        byte* to = Panel(panel);
        for (int column = 0; column < PanelColumns; column++)
        {
            int output = panel * PanelColumns + column;
            if (output < Rows)
            {
                var (source, sourceRow) = StoredValues.Locate(sources, output);
                StoredValues.ReadRow(source, sourceRow, row);
            }
            else
            {
                Array.Clear(row);
            }
            if (Type == DType.BF16) StoreBf16(row, (ushort*)to + HalfIndex(column));
            else StoreF32(row, (float*)to + column);
        }
    }

    /// <summary>Gathers one row of the matrix as it was before packing.</summary>
    public void ReadRow(int row, Span<float> to)
    {
        byte* panel = Panel(row / PanelColumns);
        int column = row % PanelColumns;
        if (Type == DType.BF16)
        {
            ushort* from = (ushort*)panel + HalfIndex(column);
            for (int k = 0; k < Columns; k++) to[k] = Bf16.ToSingle(from[(long)k * PanelColumns]);
        }
        else
        {
            float* from = (float*)panel + column;
            for (int k = 0; k < Columns; k++) to[k] = from[(long)k * PanelColumns];
        }
    }

    protected override void Dispose(bool disposing) => _buffer.Dispose();

    private static int HalfIndex(int column) => column % 16 * 2 + column / 16;

    private static void StoreBf16(float[] row, ushort* to)
    {
        for (int k = 0; k < row.Length; k++) to[(long)k * PanelColumns] = Bf16.FromSingle(row[k]);
    }

    private static void StoreF32(float[] row, float* to)
    {
        for (int k = 0; k < row.Length; k++) to[(long)k * PanelColumns] = row[k];
    }
}

/// <summary>A bias, gain or table row as float32, padded with zeros to whole panels.</summary>
internal sealed unsafe class CpuVector : Weight
{
    private readonly NativeBuffer _buffer;

    public CpuVector(ReadOnlySpan<float> values)
    {
        (Rows, Columns, Type) = (1, values.Length, DType.F32);
        int padded = (values.Length + PackedMatrix.PanelColumns - 1) / PackedMatrix.PanelColumns * PackedMatrix.PanelColumns;
        Bytes = (long)padded * sizeof(float);
        _buffer = new NativeBuffer(Bytes).Clear();
        values.CopyTo(new Span<float>(_buffer.Floats, values.Length));
    }

    public float* Data => _buffer.Floats;

    protected override void Dispose(bool disposing) => _buffer.Dispose();
}
