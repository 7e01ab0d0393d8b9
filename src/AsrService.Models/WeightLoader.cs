using AsrService.Kernels;

namespace AsrService.Models;

/// <summary>Loads the parameters of one model into a backend and owns them afterwards.</summary>
internal sealed class WeightLoader(IOps ops, IWeights weights, DType type) : IDisposable
{
    private readonly List<IDisposable> _loaded = [];

    /// <summary>A matrix, or several with equal inputs stacked along their outputs.</summary>
    public Weight Matrix(int inputs, params ReadOnlySpan<(string Name, int Outputs)> parts)
    {
        var sources = new WeightSource[parts.Length];
        for (int i = 0; i < parts.Length; i++) sources[i] = weights.Get(parts[i].Name, new Shape(parts[i].Outputs, inputs));
        return Keep(ops.LoadMatrix(sources, type));
    }

    /// <summary>A matrix whose values are moved before packing: value [o, i] of the result is value [o, at(i)] of the file.</summary>
    public Weight Rearranged(string name, Shape shape, Func<int, int> at)
    {
        var source = weights.Get(name, shape);
        int size = source.Type.Size(), columns = source.Columns;
        var from = source.Data.Span;
        var to = new byte[from.Length];
        for (int row = 0; row < source.Rows; row++)
        {
            for (int column = 0; column < columns; column++)
                from.Slice((row * columns + at(column)) * size, size).CopyTo(to.AsSpan((row * columns + column) * size));
        }
        return Keep(ops.LoadMatrix([source with { Shape = new Shape(source.Rows, columns), Data = to }], type));
    }

    /// <summary>A bias or gain, or several joined.</summary>
    public Weight Vector(params ReadOnlySpan<(string Name, int Length)> parts)
    {
        var sources = new WeightSource[parts.Length];
        for (int i = 0; i < parts.Length; i++) sources[i] = weights.Get(parts[i].Name, new Shape(parts[i].Length));
        return Keep(ops.LoadVector(sources));
    }

    public void Dispose()
    {
        foreach (var weight in _loaded) weight.Dispose();
        _loaded.Clear();
    }

    private Weight Keep(Weight weight)
    {
        _loaded.Add(weight);
        return weight;
    }
}
