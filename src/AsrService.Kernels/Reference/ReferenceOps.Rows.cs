using AsrService.Kernels.Memory;

namespace AsrService.Kernels.Reference;

internal sealed partial class ReferenceOps
{
    public void RmsNorm(Tensor x, Weight gain, float epsilon, Tensor y)
    {
        ShapeException.Require("gain of the norm", x.Columns, gain.Columns);
        y.Resize(x.Rows);
        for (int row = 0; row < x.Rows; row++) RmsNorm(Cpu(x).Row(row), Vector(gain), epsilon, Cpu(y).Row(row));
        Held.UntilHere(x, y);
    }

    public void LayerNorm(Tensor x, Weight gain, Weight bias, float epsilon, Tensor y)
    {
        ShapeException.Require("gain of the norm", x.Columns, gain.Columns);
        y.Resize(x.Rows);
        for (int row = 0; row < x.Rows; row++)
        {
            var input = Cpu(x).Row(row);
            var output = Cpu(y).Row(row);
            double mean = 0, variance = 0;
            foreach (float value in input) mean += value / (double)input.Length;
            foreach (float value in input) variance += (value - mean) * (value - mean) / input.Length;
            double inverse = 1 / Math.Sqrt(variance + epsilon);
            for (int i = 0; i < input.Length; i++)
                output[i] = (float)((input[i] - mean) * inverse * Vector(gain)[i] + Vector(bias)[i]);
        }
        Held.UntilHere(x, y);
    }

    public void SiluMul(Tensor x, Tensor y)
    {
        ShapeException.Require("columns of gate and up", 2L * y.Columns, x.Columns);
        y.Resize(x.Rows);
        for (int row = 0; row < x.Rows; row++)
        {
            var input = Cpu(x).Row(row);
            for (int i = 0; i < y.Columns; i++)
            {
                double gate = input[i];
                Cpu(y).Row(row)[i] = (float)(gate / (1 + Math.Exp(-gate)) * input[y.Columns + i]);
            }
        }
        Held.UntilHere(x, y);
    }

    public void QkNormRope(Tensor qkv, HeadShape heads, Weight qGain, Weight kGain, float epsilon, float theta, ReadOnlySpan<int> positions)
    {
        ShapeException.Require("columns of queries, keys and values", heads.QkvColumns, qkv.Columns);
        int dim = heads.HeadDim, half = dim / 2;
        if (!_ropes.TryGetValue((dim, theta), out var rope)) _ropes.Add((dim, theta), rope = new RopeTable(dim, theta));
        for (int row = 0; row < qkv.Rows; row++)
        {
            var table = rope.Upto(positions[row] + 1).AsSpan(positions[row] * dim, dim);
            for (int h = 0; h < heads.Heads + heads.KvHeads; h++)
            {
                var head = Cpu(qkv).Row(row).Slice(h * dim, dim);
                RmsNorm(head, Vector(h < heads.Heads ? qGain : kGain), epsilon, head);
                for (int i = 0; i < half; i++)
                {
                    (double a, double b) = (head[i], head[half + i]);
                    head[i] = (float)(a * table[i] - b * table[half + i]);
                    head[half + i] = (float)(b * table[i] + a * table[half + i]);
                }
            }
        }
        Held.UntilHere(qkv);
    }

    public void AttendCached(
        Tensor qkv, HeadShape heads, KvCache cache, int layer, ReadOnlySpan<int> sequences, ReadOnlySpan<int> positions, Tensor y)
    {
        var store = (ReferenceKvCache)cache;
        y.Resize(qkv.Rows);
        for (int row = 0; row < qkv.Rows; row++)
        {
            var keys = Cpu(qkv).Row(row)[(heads.Heads * heads.HeadDim)..];
            store.Store(sequences[row], layer, positions[row], keys);
        }
        for (int row = 0; row < qkv.Rows; row++)
        {
            int sequence = sequences[row], count = positions[row] + 1;
            for (int h = 0; h < heads.Heads; h++)
            {
                int kvHead = h / heads.Group;
                Attend(
                    Cpu(qkv).Row(row).Slice(h * heads.HeadDim, heads.HeadDim), heads.Scale, count,
                    position => store.Key(sequence, layer, position, kvHead),
                    position => store.Value(sequence, layer, position, kvHead),
                    Cpu(y).Row(row).Slice(h * heads.HeadDim, heads.HeadDim));
            }
        }
        Held.UntilHere(qkv, y);
    }

    public void AttendWindows(Tensor qkv, HeadShape heads, ReadOnlySpan<int> lengths, Tensor y)
    {
        var all = Cpu(qkv);
        y.Resize(qkv.Rows);
        int first = 0;
        foreach (int length in lengths)
        {
            for (int row = first; row < first + length; row++)
            {
                for (int h = 0; h < heads.Heads; h++)
                {
                    int start = first, key = (heads.Heads + h) * heads.HeadDim, value = (2 * heads.Heads + h) * heads.HeadDim;
                    Attend(
                        all.Row(row).Slice(h * heads.HeadDim, heads.HeadDim), heads.Scale, length,
                        position => all.Row(start + position).Slice(key, heads.HeadDim).ToArray(),
                        position => all.Row(start + position).Slice(value, heads.HeadDim).ToArray(),
                        Cpu(y).Row(row).Slice(h * heads.HeadDim, heads.HeadDim));
                }
            }
            first += length;
        }
        ShapeException.Require("rows of all windows", qkv.Rows, first);
        Held.UntilHere(qkv, y);
    }

    private static void Attend(
        ReadOnlySpan<float> q, float scale, int count, Func<int, float[]> key, Func<int, float[]> value, Span<float> y)
    {
        var weights = new double[count];
        double max = double.NegativeInfinity, sum = 0;
        for (int i = 0; i < count; i++) max = Math.Max(max, weights[i] = Dot(q, key(i)) * scale);
        for (int i = 0; i < count; i++) sum += weights[i] = Math.Exp(weights[i] - max);

        var mixed = new double[y.Length];
        for (int i = 0; i < count; i++)
        {
            float[] row = value(i);
            for (int j = 0; j < mixed.Length; j++) mixed[j] += weights[i] / sum * row[j];
        }
        for (int j = 0; j < mixed.Length; j++) y[j] = (float)mixed[j];
    }

    private static void RmsNorm(ReadOnlySpan<float> x, float[] gain, float epsilon, Span<float> y)
    {
        double meanSquare = Dot(x, x) / x.Length;
        double inverse = 1 / Math.Sqrt(meanSquare + epsilon);
        for (int i = 0; i < x.Length; i++) y[i] = (float)(x[i] * inverse * gain[i]);
    }
}
