namespace AsrService.Kernels.Memory;

/// <summary>Activations in native memory, row-major without padding; both CPU backends use it.</summary>
internal sealed unsafe class CpuTensor : Tensor
{
    private NativeBuffer _buffer;
    private int _capacity;

    public CpuTensor(int rows, int columns)
    {
        Columns = columns;
        _buffer = NewBuffer(rows);
        _capacity = rows;
        Rows = rows;
    }

    /// <summary>First value of row 0.</summary>
    public float* Data => _buffer.Floats;

    /// <summary>All values in use.</summary>
    public Span<float> Values => new(Data, Count);

    public Span<float> Row(int row) => new(Data + (long)row * Columns, Columns);

    public override void Resize(int rows)
    {
        if (rows > _capacity)
        {
            _buffer.Dispose();
            _buffer = NewBuffer(rows);
            _capacity = rows;
        }
        Rows = rows;
    }

    protected override void Dispose(bool disposing) => _buffer.Dispose();

    private NativeBuffer NewBuffer(int rows) => new((long)rows * Columns * sizeof(float));
}
