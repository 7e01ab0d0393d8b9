using AsrService.TestKit;
using Xunit;

namespace AsrService.Kernels.Tests;

/// <summary>A row has the same bits alone, in any batch, at every vector width and with any number of threads.</summary>
[Trait("Category", "Conformance")]
public sealed class BitContractTests
{
    public static TheoryData<string> Names => [.. Operations.Names];

    [Theory, MemberData(nameof(Names))]
    public void Run_AnyWidthAndThreads_SameBits(string operation)
    {
        using var narrow = Backends.New(Backend.Lanes256);
        IOps[] others =
        [
            narrow, Backends.New(Backend.Lanes512), Backends.New(Backend.Lanes256, 2), Backends.New(Backend.Lanes512, 2),
            Backends.New(Backend.Lanes512, 3), Backends.New(Backend.Lanes256, 3),
        ];
        for (int seed = 100; seed < 112; seed++)
        {
            foreach (var type in new[] { DType.F32, DType.BF16 })
            {
                var expected = Operations.Run(narrow, operation, seed, type);
                foreach (var ops in others) // the first is a repeated run
                {
                    var found = Operations.Run(ops, operation, seed, type);
                    TensorAssert.SameBits(expected.Values, found.Values, $"{operation}, seed {seed}, {type}, {ops.Description}");
                }
            }
        }
        foreach (var ops in others) ops.Dispose();
    }

    [Theory, InlineData(Backend.Lanes256), InlineData(Backend.Lanes512)]
    public void MatMul_EveryRowCount_SameBitsAsAlone(Backend backend)
    {
        using var ops = Backends.New(backend, 2);
        for (int rows = 1; rows <= 40; rows++)
        {
            var random = new Random(rows);
            int inputs = random.Next(1, 200), outputs = random.Next(1, 200);
            using var weight = ops.Matrix(random.Values(outputs * inputs), inputs, (DType)(rows % 2));
            using var bias = ops.Vector(random.Values(outputs));
            var x = random.Values(rows * inputs);
            var residual = random.Values(rows * outputs);

            var together = MatMul(ops, x, inputs, weight, bias, residual);

            for (int row = 0; row < rows; row++)
            {
                var alone = MatMul(ops, x.Rows(row, 1, inputs), inputs, weight, bias, residual.Rows(row, 1, outputs));
                TensorAssert.SameBits(alone, together.Rows(row, 1, outputs), $"row {row} of {rows}, seed {rows}");
            }
        }
    }

    [Theory, InlineData(Backend.Lanes256), InlineData(Backend.Lanes512)]
    public void RowOperations_RowAlone_SameBitsAsInBatch(Backend backend)
    {
        using var ops = Backends.New(backend, 2);
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var heads = new HeadShape(4, 2, 2 * random.Next(1, 66));
            int rows = random.Next(2, 100), columns = heads.QkvColumns;
            var x = random.Values(rows * columns, 3);
            int[] positions = [.. Enumerable.Range(0, rows).Select(_ => random.Next(5000))];
            using var gain = ops.Vector(random.Values(columns));
            using var bias = ops.Vector(random.Values(columns));
            using var headGain = ops.Vector(random.Values(heads.HeadDim));

            foreach (string name in new[] { "RmsNorm", "LayerNorm", "SiluMul", "QkNormRope", "ArgMax" })
            {
                var together = Run(name, x, positions);
                int width = together.Length / rows;
                for (int row = 0; row < rows; row++)
                {
                    var alone = Run(name, x.Rows(row, 1, columns), [positions[row]]);
                    TensorAssert.SameBits(alone, together.Rows(row, 1, width), $"{name}, row {row}, seed {seed}");
                }
            }

            float[] Run(string name, float[] values, int[] at)
            {
                using var input = ops.Tensor(values, columns);
                using var y = ops.NewTensor(0, name == "SiluMul" ? columns / 2 : columns);
                var ids = new int[at.Length];
                var logProbabilities = new float[at.Length];
                if (name == "RmsNorm") ops.RmsNorm(input, gain, 1e-6f, y);
                if (name == "LayerNorm") ops.LayerNorm(input, gain, bias, 1e-6f, y);
                if (name == "SiluMul") ops.SiluMul(input, y);
                if (name == "QkNormRope") ops.QkNormRope(input, heads, headGain, headGain, 1e-6f, 1e6f, at);
                if (name == "ArgMax") ops.ArgMax(input, ids, logProbabilities);
                return name switch { "QkNormRope" => ops.Values(input), "ArgMax" => logProbabilities, _ => ops.Values(y) };
            }
        }
    }

    [Theory]
    [InlineData(Backend.Lanes256, DType.F32), InlineData(Backend.Lanes256, DType.BF16)]
    [InlineData(Backend.Lanes512, DType.F32), InlineData(Backend.Lanes512, DType.BF16)]
    public void AttendCached_RandomPiecesAmongOthers_SameBitsAsOneRowAtATime(Backend backend, DType type)
    {
        const int Sequences = 4;
        for (int seed = 0; seed < 4; seed++)
        {
            using var ops = Backends.New(backend, 2);
            var random = new Random(seed);
            var heads = new HeadShape(2 * (seed + 1), 2, 2 * random.Next(1, 66));
            using var cache = ops.NewKvCache(new KvGeometry(1, heads.KvHeads, heads.HeadDim, type, 100));
            int[] lengths = [.. Enumerable.Range(0, Sequences).Select(_ => random.Next(1, 200))];
            float[][] inputs = [.. lengths.Select(length => random.Values(length * heads.QkvColumns, 2))];
            float[][] alone = [.. inputs.Select(input => AttendRowByRow(ops, cache, heads, input))];

            int[] open = [.. lengths.Select(_ => cache.Open())];
            while (open.Where((sequence, i) => cache.LengthOf(sequence) < lengths[i]).Any())
            {
                var rows = new CachedRows();
                var batch = new List<float>();
                var expected = new List<float>();
                for (int i = 0; i < Sequences; i++)
                {
                    int start = cache.LengthOf(open[i]);
                    int count = Math.Min(random.Next(0, 90), lengths[i] - start);
                    rows.Extend(cache, open[i], count);
                    batch.AddRange(inputs[i].Rows(start, count, heads.QkvColumns));
                    expected.AddRange(alone[i].Rows(start, count, heads.OutputColumns));
                }
                var found = Attend(ops, cache, heads, rows, [.. batch]);
                TensorAssert.SameBits([.. expected], found, $"seed {seed}");
            }
        }
    }

    [Theory, InlineData(Backend.Lanes256), InlineData(Backend.Lanes512)]
    public void AttendWindows_WindowAlone_SameBitsAsInBatch(Backend backend)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            using var ops = Backends.New(backend, 3);
            var random = new Random(seed);
            var heads = new HeadShape(3, 3, 2 * random.Next(1, 66));
            int[] lengths = [.. Enumerable.Range(0, 4).Select(_ => random.Next(1, 151))];
            var x = random.Values(lengths.Sum() * heads.QkvColumns, 2);

            var together = AttendWindows(ops, heads, x, lengths);

            for (int i = 0, first = 0; i < lengths.Length; first += lengths[i++])
            {
                var alone = AttendWindows(ops, heads, x.Rows(first, lengths[i], heads.QkvColumns), [lengths[i]]);
                TensorAssert.SameBits(alone, together.Rows(first, lengths[i], heads.OutputColumns), $"window {i}, seed {seed}");
            }
        }
    }

    [Theory, InlineData(Backend.Lanes256), InlineData(Backend.Lanes512)]
    public void MatMul_Bf16Values_SameBitsHoweverStored(Backend backend)
    {
        using var ops = Backends.New(backend, 2);
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(1, 20), inputs = random.Next(1, 200), outputs = random.Next(1, 200);
            var values = random.Values(outputs * inputs).RoundedToBf16();
            var x = random.Values(rows * inputs);
            using var f32 = ops.Matrix(values, inputs, DType.F32);
            using var bf16 = ops.Matrix(values, inputs, DType.BF16);

            TensorAssert.SameBits(MatMul(ops, x, inputs, f32), MatMul(ops, x, inputs, bf16), $"seed {seed}");
        }
    }

    private static float[] MatMul(
        IOps ops, float[] x, int inputs, Weight weight, Weight? bias = null, float[]? residual = null)
    {
        using var input = ops.Tensor(x, inputs);
        using var y = ops.NewTensor(0, weight.Rows);
        using var added = residual is null ? null : ops.Tensor(residual, weight.Rows);
        ops.MatMul(input, weight, y, bias, Activation.Gelu, added);
        return ops.Values(y);
    }

    private static float[] AttendRowByRow(IOps ops, KvCache cache, HeadShape heads, float[] x)
    {
        int sequence = cache.Open();
        var results = new List<float>();
        for (int row = 0; row < x.Length / heads.QkvColumns; row++)
        {
            var rows = new CachedRows();
            rows.Extend(cache, sequence, 1);
            results.AddRange(Attend(ops, cache, heads, rows, x.Rows(row, 1, heads.QkvColumns)));
        }
        cache.Close(sequence);
        return [.. results];
    }

    private static float[] Attend(IOps ops, KvCache cache, HeadShape heads, CachedRows rows, float[] x)
    {
        using var qkv = ops.Tensor(x, heads.QkvColumns);
        using var y = ops.NewTensor(0, heads.OutputColumns);
        ops.AttendCached(qkv, heads, cache, 0, rows.Sequences, rows.Positions, y);
        return ops.Values(y);
    }

    private static float[] AttendWindows(IOps ops, HeadShape heads, float[] x, int[] lengths)
    {
        using var qkv = ops.Tensor(x, heads.QkvColumns);
        using var y = ops.NewTensor(0, heads.OutputColumns);
        ops.AttendWindows(qkv, heads, lengths, y);
        return ops.Values(y);
    }
}
