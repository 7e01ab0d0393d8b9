namespace AsrService.Kernels.Memory;

/// <summary>Activations in native memory, row-major without padding; both CPU backends use it.</summary>
internal sealed unsafe class CpuTensor : Tensor
{
    private NativeBuffer _buffer;

    public CpuTensor(int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        _buffer = NewBuffer();
    }

    /// <summary>First value of row 0.</summary>
    public float* Data => _buffer.Floats;

    /// <summary>All values in use.</summary>
    public Span<float> Values => new(Data, Count);

    public Span<float> Row(int row) => new(Data + (long)row * Columns, Columns);

    public override void Reshape(int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        if ((long)rows * columns * sizeof(float) <= _buffer.Bytes) return;
        _buffer.Dispose();
        _buffer = NewBuffer();
    }

    protected override void Dispose(bool disposing) => _buffer.Dispose();

    private NativeBuffer NewBuffer() => new((long)Rows * Columns * sizeof(float));
}
