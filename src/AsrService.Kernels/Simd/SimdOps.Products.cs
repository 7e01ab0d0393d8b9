using AsrService.Kernels.Memory;

namespace AsrService.Kernels.Simd;

internal sealed unsafe partial class SimdOps<TL, TV>
{
    /// <summary>Rows computed per pass over the weights: bounds scratch memory and keeps x in the cache.</summary>
    private const int GroupRows = 192; // whole tiles of six and of eight rows

    private readonly List<CpuTensor> _patchesBySize = [];
    private CpuTensor? _patches;

    public void MatMul(Tensor x, Weight w, Tensor y, Weight? bias = null, Activation activation = Activation.None, Tensor? residual = null)
    {
        var matrix = (PackedMatrix)w;
        ShapeException.Require("inputs of the product", matrix.Columns, x.Columns);
        ShapeException.Require("outputs of the product", matrix.Rows, y.Columns);
        if (bias is not null) ShapeException.Require("bias of the product", matrix.Rows, bias.Columns);
        if (residual is not null)
        {
            ShapeException.Require("columns of the residual", matrix.Rows, residual.Columns);
            ShapeException.Require("rows beyond whole residuals", 0, residual.Rows == 0 ? x.Rows : x.Rows % residual.Rows);
            if (ReferenceEquals(y, residual)) ShapeException.Require("rows of a residual in place", x.Rows, residual.Rows);
        }
        if (ReferenceEquals(y, x)) throw new ShapeException("a product cannot replace its own input.");
        y.Resize(x.Rows);

        for (int first = 0; first < x.Rows; first += GroupRows)
        {
            var job = NewJob(matrix, bias, activation, Cpu(y).Data, first, Math.Min(GroupRows, x.Rows - first));
            job.X = Cpu(x).Data + (long)first * x.Columns;
            job.Stride = x.Columns;
            if (residual is not null)
            {
                job.Residual = Cpu(residual).Data;
                job.ResidualRows = residual.Rows;
            }
            RunProduct(matrix, ref job);
        }
        Held.UntilHere(x, w, y, bias, residual);
    }

    public void Conv2d(Tensor x, ConvShape shape, Weight w, Weight bias, Tensor y, Activation activation)
    {
        var matrix = (PackedMatrix)w;
        ShapeException.Require("values of an image", shape.ImageSize, x.Columns);
        ShapeException.Require("values of a patch", shape.PatchSize, matrix.Columns);
        ShapeException.Require("values of an output image", (long)shape.OutPixels * matrix.Rows, y.Columns);
        y.Resize(x.Rows);
        if (_patches is null || _patches.Columns != shape.PatchSize) _patches = PatchesOf(shape.PatchSize);

        int pixels = checked(x.Rows * shape.OutPixels);
        for (int first = 0; first < pixels; first += GroupRows)
        {
            int rows = Math.Min(GroupRows, pixels - first);
            _patches.Resize(rows);
            var patchJob = new PatchJob { X = Cpu(x).Data, Shape = shape, FirstPixel = first, Patches = _patches.Data, Rows = rows };
            _workers.Run(&PatchItem, &patchJob, (rows + PatchJob.RowsPerItem - 1) / PatchJob.RowsPerItem);

            var job = NewJob(matrix, bias, activation, Cpu(y).Data, first, rows);
            job.X = _patches.Data;
            job.Stride = shape.PatchSize;
            RunProduct(matrix, ref job);
        }
        Held.UntilHere(x, w, y, bias, this);
    }

    private static ProductJob NewJob(PackedMatrix matrix, Weight? bias, Activation activation, float* y, int firstRow, int rows) => new()
    {
        Rows = rows,
        FirstRow = firstRow,
        Panels = matrix.Panel(0),
        PanelCount = matrix.Panels,
        Depth = matrix.Columns,
        OutColumns = matrix.Rows,
        Bias = bias is null ? null : ((CpuVector)bias).Data,
        Activation = activation,
        Y = y,
    };

    private void RunProduct(PackedMatrix matrix, ref ProductJob job)
    {
        if (matrix.Type == DType.BF16) MatrixProduct<TL, TV, Bf16Panel>.Run(_workers, ref job);
        else MatrixProduct<TL, TV, F32Panel>.Run(_workers, ref job);
    }

    private CpuTensor PatchesOf(int columns)
    {
        foreach (var patches in _patchesBySize)
        {
            if (patches.Columns == columns) return patches;
        }
        _patchesBySize.Add(new CpuTensor(0, columns));
        return _patchesBySize[^1];
    }

    private static void PatchItem(void* state, int item, int worker)
    {
        ref var job = ref *(PatchJob*)state;
        int end = Math.Min(job.Rows, (item + 1) * PatchJob.RowsPerItem);
        for (int row = item * PatchJob.RowsPerItem; row < end; row++) job.Gather(row);
    }

    /// <summary>Lays the patches of consecutive output pixels out as rows: kernel row, kernel column, channel.</summary>
    private struct PatchJob
    {
        public const int RowsPerItem = 16;

        public float* X;
        public ConvShape Shape;
        public int FirstPixel;
        public float* Patches;
        public int Rows;

        public readonly void Gather(int row)
        {
            int pixel = FirstPixel + row;
            float* image = X + (long)(pixel / Shape.OutPixels) * Shape.ImageSize;
            int top = pixel % Shape.OutPixels / Shape.OutWidth * Shape.Stride - Shape.Padding;
            int left = pixel % Shape.OutWidth * Shape.Stride - Shape.Padding;
            int span = Shape.Kernel * Shape.InChannels;
            int from = Math.Max(0, -left) * Shape.InChannels;
            int to = Math.Min(Shape.Kernel, Shape.Width - left) * Shape.InChannels;
            float* patch = Patches + (long)row * Shape.PatchSize;
            for (int ky = 0; ky < Shape.Kernel; ky++, patch += span)
            {
                var values = new Span<float>(patch, span);
                int y = top + ky;
                if (from > 0 || to < span || (uint)y >= (uint)Shape.Height) values.Clear();
                if ((uint)y >= (uint)Shape.Height) continue;

                float* line = image + ((long)y * Shape.Width + left) * Shape.InChannels;
                new ReadOnlySpan<float>(line + from, to - from).CopyTo(values[from..to]);
            }
        }
    }
}
