namespace AsrService.Kernels.Tests;

/// <summary>The result of an operation: rows of so many columns.</summary>
internal sealed record Result(float[] Values, int Columns);

/// <summary>
/// Every operation of <see cref="IOps"/> on operands of random shape and content: one seed gives the same operands on
/// every backend, so that two backends, or two runs of one, can be compared.
/// </summary>
internal static class Operations
{
    public static readonly string[] Names =
    [
        nameof(IOps.MatMul), nameof(IOps.Conv2d), nameof(IOps.Embed), nameof(IOps.GatherRows), nameof(IOps.InsertRows),
        nameof(IOps.RmsNorm), nameof(IOps.LayerNorm), nameof(IOps.SiluMul), nameof(IOps.QkNormRope),
        nameof(IOps.AttendCached), nameof(IOps.AttendWindows), nameof(IOps.ArgMax),
    ];

    /// <summary>Runs an operation; type is that of its weights, or of its keys and values.</summary>
    public static Result Run(IOps ops, string name, int seed, DType type)
    {
        var random = new Random(seed);
        return name switch
        {
            nameof(IOps.MatMul) => MatMul(ops, random, type),
            nameof(IOps.Conv2d) => Conv2d(ops, random, type),
            nameof(IOps.Embed) => Embed(ops, random, type),
            nameof(IOps.GatherRows) => GatherRows(ops, random),
            nameof(IOps.InsertRows) => InsertRows(ops, random),
            nameof(IOps.RmsNorm) => RmsNorm(ops, random),
            nameof(IOps.LayerNorm) => LayerNorm(ops, random),
            nameof(IOps.SiluMul) => SiluMul(ops, random),
            nameof(IOps.QkNormRope) => QkNormRope(ops, random),
            nameof(IOps.AttendCached) => AttendCached(ops, random, type),
            nameof(IOps.AttendWindows) => AttendWindows(ops, random),
            nameof(IOps.ArgMax) => ArgMax(ops, random),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such operation."),
        };
    }

    private static Result MatMul(IOps ops, Random random, DType type)
    {
        int rows = random.Next(1, 41), inputs = random.Next(1, 300), outputs = random.Next(1, 201);
        using var x = ops.Tensor(random.Values(rows * inputs), inputs);
        using var w = ops.Matrix(random.Values(outputs * inputs, 0.2f), inputs, type);
        using var bias = random.Next(2) == 0 ? null : ops.Vector(random.Values(outputs));
        var activation = (Activation)random.Next(2);
        int residualRows = random.Next(3) == 0 && rows % 2 == 0 ? rows / 2 : rows;
        using var residual = random.Next(2) == 0 ? null : ops.Tensor(random.Values(residualRows * outputs), outputs);
        bool inPlace = residual is not null && residualRows == rows;
        using var y = ops.NewTensor(0, outputs);

        ops.MatMul(x, w, inPlace ? residual! : y, bias, activation, residual);

        return new Result(ops.Values(inPlace ? residual! : y), outputs);
    }

    private static Result Conv2d(IOps ops, Random random, DType type)
    {
        int images = random.Next(1, 4), channels = random.Next(1, 21), outputs = random.Next(1, 21);
        var shape = new ConvShape(
            random.Next(3, 18), random.Next(3, 18), channels, Kernel: random.Next(1, 4), random.Next(1, 3), Padding: random.Next(2));
        using var x = ops.Tensor(random.Values(images * shape.ImageSize), shape.ImageSize);
        using var w = ops.Matrix(random.Values(outputs * shape.PatchSize, 0.2f), shape.PatchSize, type);
        using var bias = ops.Vector(random.Values(outputs));
        using var y = ops.NewTensor(0, shape.OutPixels * outputs);

        ops.Conv2d(x, shape, w, bias, y, (Activation)random.Next(2));

        return new Result(ops.Values(y), outputs);
    }

    private static Result Embed(IOps ops, Random random, DType type)
    {
        int vocabulary = random.Next(1, 150), columns = random.Next(1, 201);
        using var table = ops.Matrix(random.Values(vocabulary * columns), columns, type);
        using var y = ops.NewTensor(0, columns);
        int[] ids = [.. Enumerable.Range(0, random.Next(1, 41)).Select(_ => random.Next(vocabulary))];

        ops.Embed(ids, table, y);

        return new Result(ops.Values(y), columns);
    }

    private static Result GatherRows(IOps ops, Random random)
    {
        int rows = random.Next(1, 41), columns = random.Next(1, 201);
        using var x = ops.Tensor(random.Values(rows * columns), columns);
        using var y = ops.NewTensor(0, columns);

        ops.GatherRows(x, [.. Enumerable.Range(0, random.Next(1, 41)).Select(_ => random.Next(rows))], y);

        return new Result(ops.Values(y), columns);
    }

    private static Result InsertRows(IOps ops, Random random)
    {
        int rows = random.Next(1, 41), columns = random.Next(1, 201);
        using var x = ops.Tensor(random.Values(rows * columns), columns);
        using var y = ops.Tensor(random.Values(50 * columns), columns);
        int from = random.Next(rows);

        ops.InsertRows(x, from, [.. Enumerable.Range(0, rows - from).Select(i => i + 3)], y);

        return new Result(ops.Values(y), columns);
    }

    private static Result RmsNorm(IOps ops, Random random)
    {
        int rows = random.Next(1, 41), columns = random.Next(1, 900);
        using var x = ops.Tensor(random.Values(rows * columns), columns);
        using var gain = ops.Vector(random.Values(columns));

        ops.RmsNorm(x, gain, 1e-6f, x);

        return new Result(ops.Values(x), columns);
    }

    private static Result LayerNorm(IOps ops, Random random)
    {
        int rows = random.Next(1, 41), columns = random.Next(2, 900);
        using var x = ops.Tensor(random.Values(rows * columns), columns);
        using var gain = ops.Vector(random.Values(columns));
        using var bias = ops.Vector(random.Values(columns));

        ops.LayerNorm(x, gain, bias, 1e-5f, x);

        return new Result(ops.Values(x), columns);
    }

    private static Result SiluMul(IOps ops, Random random)
    {
        int rows = random.Next(1, 41), columns = random.Next(1, 900);
        using var x = ops.Tensor(random.Values(rows * 2 * columns, 10), 2 * columns);
        using var y = ops.NewTensor(0, columns);

        ops.SiluMul(x, y);

        return new Result(ops.Values(y), columns);
    }

    private static Result QkNormRope(IOps ops, Random random)
    {
        var heads = RandomHeads(random, random.Next(1, 9));
        int rows = random.Next(1, 41);
        using var qkv = ops.Tensor(random.Values(rows * heads.QkvColumns), heads.QkvColumns);
        using var qGain = ops.Vector(random.Values(heads.HeadDim));
        using var kGain = ops.Vector(random.Values(heads.HeadDim));
        int[] positions = [.. Enumerable.Range(0, rows).Select(_ => random.Next(3000))];

        ops.QkNormRope(qkv, heads, qGain, kGain, 1e-6f, 1_000_000, positions);

        return new Result(ops.Values(qkv), heads.HeadDim);
    }

    /// <summary>Three sequences, a prompt each and then a ragged step of one to three rows each, on the last of two layers.</summary>
    private static Result AttendCached(IOps ops, Random random, DType type)
    {
        var heads = RandomHeads(random, random.Next(1, 9));
        using var cache = ops.NewKvCache(new KvGeometry(2, heads.KvHeads, heads.HeadDim, type, 100));
        using var y = ops.NewTensor(0, heads.OutputColumns);
        int[] sequences = [cache.Open(), cache.Open(), cache.Open()];
        var results = new List<float>();
        for (int step = 0; step < 2; step++)
        {
            var rows = new CachedRows();
            foreach (int sequence in sequences) rows.Extend(cache, sequence, step == 0 ? random.Next(1, 150) : random.Next(1, 4));
            using var qkv = ops.Tensor(random.Values(rows.Count * heads.QkvColumns, 2), heads.QkvColumns);

            ops.AttendCached(qkv, heads, cache, 1, rows.Sequences, rows.Positions, y);

            results.AddRange(ops.Values(y));
        }
        return new Result([.. results], heads.HeadDim);
    }

    private static Result AttendWindows(IOps ops, Random random)
    {
        var heads = RandomHeads(random, 1);
        int[] lengths = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 151))];
        int rows = lengths.Sum();
        using var qkv = ops.Tensor(random.Values(rows * heads.QkvColumns, 2), heads.QkvColumns);
        using var y = ops.NewTensor(0, heads.OutputColumns);

        ops.AttendWindows(qkv, heads, lengths, y);

        return new Result(ops.Values(y), heads.HeadDim);
    }

    private static Result ArgMax(IOps ops, Random random)
    {
        int rows = random.Next(1, 41), columns = random.Next(1, 1000);
        var values = random.Values(rows * columns);
        for (int i = 0; i < values.Length; i++) values[i] = MathF.Round(values[i] * 4) / 4; // many ties
        using var x = ops.Tensor(values, columns);
        var ids = new int[rows];
        var logProbabilities = new float[rows];

        ops.ArgMax(x, ids, logProbabilities);

        return new Result([.. ids.SelectMany((id, row) => new[] { id, logProbabilities[row] })], 2);
    }

    private static HeadShape RandomHeads(Random random, int group)
    {
        int kvHeads = random.Next(1, 4);
        return new HeadShape(kvHeads * group, kvHeads, 2 * random.Next(1, 66));
    }
}

/// <summary>Sequence and position of every row of a ragged batch.</summary>
internal sealed class CachedRows
{
    private readonly List<int> _sequences = [], _positions = [];

    public int Count => _sequences.Count;

    public int[] Sequences => [.. _sequences];

    public int[] Positions => [.. _positions];

    /// <summary>Adds rows for the next positions of a sequence, which the cache must have room for.</summary>
    public void Extend(KvCache cache, int sequence, int count)
    {
        int start = cache.LengthOf(sequence);
        if (!cache.TryExtend(sequence, count)) throw new InvalidOperationException("The test's cache is too small.");
        for (int i = 0; i < count; i++)
        {
            _sequences.Add(sequence);
            _positions.Add(start + i);
        }
    }
}
