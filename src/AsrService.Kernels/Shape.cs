namespace AsrService.Kernels;

/// <summary>The extents of a stored tensor, outermost first; one to four dimensions.</summary>
public sealed class Shape : IEquatable<Shape>
{
    private readonly int[] _dims;

    /// <summary>A shape of the given extents, each at least 0.</summary>
    public Shape(params ReadOnlySpan<int> dims) => _dims = dims.ToArray();

    /// <summary>Number of dimensions.</summary>
    public int Rank => _dims.Length;

    /// <summary>Extent of dimension <paramref name="index"/>, 0 being the outermost.</summary>
    public int this[int index] => _dims[index];

    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (int dim in _dims) count *= dim;
            return count;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dims.AsSpan().SequenceEqual(other._dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int dim in _dims) hash.Add(dim);
        return hash.ToHashCode();
    }

    /// <summary>As checkpoints and messages write it: <c>[2048, 192]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _dims)}]";
}
