using AsrService.Kernels.Memory;

namespace AsrService.Kernels.Reference;

/// <summary>
/// The operations as their formulas read: naive loops, sums in float64, results stored as float32. What the fast backend
/// is measured against.
/// </summary>
internal sealed partial class ReferenceOps : IOps
{
    private readonly Dictionary<(int HeadDim, float Theta), RopeTable> _ropes = [];

    public string Description => "cpu, reference";

    public Tensor NewTensor(int rows, int columns) => new CpuTensor(rows, columns);

    public Weight LoadMatrix(ReadOnlySpan<WeightSource> sources, DType store)
    {
        if (store is not (DType.F32 or DType.BF16))
            throw new ArgumentException($"Weights cannot be kept as {store}, only as F32 or BF16.", nameof(store));
        int rows = StoredValues.TotalRows(sources), columns = sources[0].Columns;
        var values = new float[rows][];
        for (int row = 0; row < rows; row++)
        {
            values[row] = new float[columns];
            var (source, sourceRow) = StoredValues.Locate(sources, row);
            StoredValues.ReadRow(source, sourceRow, values[row]);
            if (store == DType.BF16) Round(values[row]);
        }
        return new ReferenceWeight(values, columns, store);
    }

    public Weight LoadVector(ReadOnlySpan<WeightSource> sources)
    {
        var values = StoredValues.Join(sources);
        return new ReferenceWeight([values], values.Length, DType.F32);
    }

    public KvCache NewKvCache(KvGeometry geometry) => new ReferenceKvCache(geometry);

    public void Write(ReadOnlySpan<float> from, Tensor to) => TensorMemory.Write(from, to);

    public void Read(Tensor from, Span<float> to) => TensorMemory.Read(from, to);

    public void MatMul(Tensor x, Weight w, Tensor y, Weight? bias = null, Activation activation = Activation.None, Tensor? residual = null)
    {
        var weight = (ReferenceWeight)w;
        ShapeException.Require("inputs of the product", w.Columns, x.Columns);
        ShapeException.Require("outputs of the product", w.Rows, y.Columns);
        y.Resize(x.Rows);
        for (int row = 0; row < x.Rows; row++)
        {
            var input = Cpu(x).Row(row);
            var output = Cpu(y).Row(row);
            for (int column = 0; column < y.Columns; column++)
            {
                double value = Dot(input, weight.Row(column)) + (bias is null ? 0 : Vector(bias)[column]);
                if (activation == Activation.Gelu) value = Scalar.Gelu(value);
                if (residual is not null) value += Cpu(residual).Row(row % residual.Rows)[column];
                output[column] = (float)value;
            }
        }
        Held.UntilHere(x, y, residual);
    }

    public void Conv2d(Tensor x, ConvShape shape, Weight w, Weight bias, Tensor y, Activation activation)
    {
        var weight = (ReferenceWeight)w;
        ShapeException.Require("values of an image", shape.ImageSize, x.Columns);
        ShapeException.Require("values of a patch", shape.PatchSize, w.Columns);
        y.Resize(x.Rows);
        for (int image = 0; image < x.Rows; image++)
        {
            for (int pixel = 0; pixel < shape.OutPixels; pixel++)
            {
                for (int channel = 0; channel < w.Rows; channel++)
                {
                    double value = Patch(Cpu(x).Row(image), shape, pixel, weight.Row(channel)) + Vector(bias)[channel];
                    if (activation == Activation.Gelu) value = Scalar.Gelu(value);
                    Cpu(y).Row(image)[pixel * w.Rows + channel] = (float)value;
                }
            }
        }
        Held.UntilHere(x, y);
    }

    public void Embed(ReadOnlySpan<int> ids, Weight table, Tensor y)
    {
        y.Resize(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)table.Rows) throw new ShapeException($"id {ids[i]} is not in 0..{table.Rows - 1}.");
            ((ReferenceWeight)table).Row(ids[i]).CopyTo(Cpu(y).Row(i));
        }
        Held.UntilHere(y);
    }

    public void GatherRows(Tensor x, ReadOnlySpan<int> rows, Tensor y) => TensorMemory.GatherRows(x, rows, y);

    public void InsertRows(Tensor x, int from, ReadOnlySpan<int> rows, Tensor y) => TensorMemory.InsertRows(x, from, rows, y);

    public void ArgMax(Tensor logits, Span<int> ids, Span<float> logProbabilities)
    {
        for (int row = 0; row < logits.Rows; row++)
        {
            var values = Cpu(logits).Row(row);
            int best = 0;
            for (int i = 1; i < values.Length; i++)
            {
                if (values[i] > values[best]) best = i;
            }
            double sum = 0;
            foreach (float value in values) sum += Math.Exp((double)value - values[best]);
            (ids[row], logProbabilities[row]) = (best, (float)-Math.Log(sum));
        }
        Held.UntilHere(logits);
    }

    public void Dispose() { }

    private static CpuTensor Cpu(Tensor tensor) => (CpuTensor)tensor;

    private static float[] Vector(Weight weight) => ((ReferenceWeight)weight).Row(0);

    private static void Round(float[] values)
    {
        for (int i = 0; i < values.Length; i++) values[i] = Bf16.ToSingle(Bf16.FromSingle(values[i]));
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }

    private static double Patch(ReadOnlySpan<float> image, ConvShape shape, int pixel, ReadOnlySpan<float> weight)
    {
        int top = pixel / shape.OutWidth * shape.Stride - shape.Padding;
        int left = pixel % shape.OutWidth * shape.Stride - shape.Padding;
        double sum = 0;
        for (int ky = 0; ky < shape.Kernel; ky++)
        {
            for (int kx = 0; kx < shape.Kernel; kx++)
            {
                int y = top + ky, x = left + kx;
                if ((uint)y >= (uint)shape.Height || (uint)x >= (uint)shape.Width) continue;
                sum += Dot(
                    image.Slice((y * shape.Width + x) * shape.InChannels, shape.InChannels),
                    weight.Slice((ky * shape.Kernel + kx) * shape.InChannels, shape.InChannels));
            }
        }
        return sum;
    }
}

/// <summary>Rows of float32, already rounded to the storage format.</summary>
internal sealed class ReferenceWeight : Weight
{
    private readonly float[][] _rows;

    public ReferenceWeight(float[][] rows, int columns, DType type)
    {
        _rows = rows;
        (Rows, Columns, Type, Bytes) = (rows.Length, columns, type, (long)rows.Length * columns * sizeof(float));
    }

    public float[] Row(int row) => _rows[row];

    protected override void Dispose(bool disposing) { }
}
