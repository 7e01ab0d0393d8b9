namespace AsrService.Kernels;

/// <summary>Activations, <c>[rows, columns]</c> float32, in the backend's memory. Reused: growing keeps nothing.</summary>
public abstract class Tensor : IDisposable
{
    /// <summary>Rows in use.</summary>
    public int Rows { get; protected set; }

    /// <summary>Values of one row.</summary>
    public int Columns { get; protected set; }

    /// <summary>Values in use.</summary>
    public int Count => checked(Rows * Columns);

    /// <summary>Sets the rows in use, as <see cref="Reshape"/> with the same columns.</summary>
    public void Resize(int rows) => Reshape(rows, Columns);

    /// <summary>Sets the extents. The same number of values stay as they are; otherwise contents are undefined.</summary>
    /// <remarks>Memory grows when needed and never shrinks.</remarks>
    public abstract void Reshape(int rows, int columns);

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
