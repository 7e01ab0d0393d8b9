namespace AsrService.Kernels;

/// <summary>Activations, <c>[rows, columns]</c> float32, in the backend's memory. Reused: growing keeps nothing.</summary>
public abstract class Tensor : IDisposable
{
    /// <summary>Rows in use.</summary>
    public int Rows { get; private protected set; }

    /// <summary>Values of one row; fixed for the tensor's life.</summary>
    public int Columns { get; protected init; }

    /// <summary>Values in use.</summary>
    public int Count => checked(Rows * Columns);

    /// <summary>Sets the rows in use. Contents are undefined after growing past the capacity, which never shrinks.</summary>
    public abstract void Resize(int rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Parameters in the backend's own layout and format; read-only once loaded, shared by all who compute.</summary>
public abstract class Weight : IDisposable
{
    /// <summary>Output features of a matrix; 1 of a vector.</summary>
    public int Rows { get; protected init; }

    /// <summary>Input features of a matrix; the length of a vector.</summary>
    public int Columns { get; protected init; }

    /// <summary>Format of the stored values.</summary>
    public DType Type { get; protected init; }

    /// <summary>Bytes held.</summary>
    public long Bytes { get; protected init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}
