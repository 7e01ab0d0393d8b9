namespace AsrService.Kernels.Memory;

/// <summary>Activations in native memory, row-major without padding; both CPU backends use it.</summary>
internal sealed unsafe class CpuTensor : Tensor
{
    private NativeBuffer _buffer;

    public CpuTensor(int rows, int columns)
    {
        _buffer = new NativeBuffer(BytesOf(rows, columns));
        (Rows, Columns) = (rows, columns);
    }

    /// <summary>First value of row 0.</summary>
    public float* Data => _buffer.Floats;

    /// <summary>All values in use.</summary>
    public Span<float> Values => new(Data, Count);

    /// <exception cref="ShapeException">There is no such row.</exception>
    public Span<float> Row(int row) =>
        (uint)row < (uint)Rows
            ? new(Data + (long)row * Columns, Columns)
            : throw new ShapeException($"row {row} is not in 0..{Rows - 1}.");

    public override void Reshape(int rows, int columns)
    {
        long bytes = BytesOf(rows, columns);
        if (bytes > _buffer.Bytes)
        {
            _buffer.Dispose(); // first, for the two together may be too much
            Rows = 0;
            _buffer = new NativeBuffer(bytes);
        }
        (Rows, Columns) = (rows, columns);
    }

    protected override void Dispose(bool disposing) => _buffer.Dispose();

    private static long BytesOf(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        return (long)rows * columns * sizeof(float);
    }
}
