using System.Runtime.CompilerServices;
using AsrService.Kernels.Workers;

namespace AsrService.Kernels.Simd;

/// <summary>What one product computes; lives on the caller's stack while the workers run.</summary>
internal unsafe struct ProductJob
{
    public float* X;
    public int Stride;
    public int Rows;
    public byte* Panels;
    public int Depth;
    public int OutColumns;
    public int PanelCount;
    public int PanelsPerItem;
    public float* Bias;
    public float* Residual;
    public int ResidualRows;
    public int FirstRow;
    public Activation Activation;
    public float* Y;
}

/// <summary>y = activation(x · Wᵀ + bias) + residual over packed panels; workers split the panels, never the sum.</summary>
internal static unsafe class MatrixProduct<TL, TV, TF>
    where TL : struct, ILanes<TV>
    where TV : struct
    where TF : struct, IPanelFormat
{
    private const int PanelColumns = PackedMatrix.PanelColumns;

    /// <summary>Below this many multiply-adds a fork and join costs more than the second thread gives.</summary>
    private const long SerialLimit = 100_000;

    public static void Run(WorkerSet workers, ref ProductJob job)
    {
        bool serial = (long)job.Rows * job.Depth * job.OutColumns < SerialLimit;
        int items = serial ? 1 : Math.Min(job.PanelCount, workers.Threads * 4);
        job.PanelsPerItem = (job.PanelCount + items - 1) / items;
        items = (job.PanelCount + job.PanelsPerItem - 1) / job.PanelsPerItem;
        fixed (ProductJob* state = &job) workers.Run(&Item, state, items);
    }

    private static void Item(void* state, int item, int worker)
    {
        ref var job = ref *(ProductJob*)state;
        int end = Math.Min(job.PanelCount, (item + 1) * job.PanelsPerItem);
        int panel = item * job.PanelsPerItem;
        for (; job.Rows == 1 && panel + 2 <= end; panel += 2) PanelPair(ref job, panel);
        for (; panel < end; panel++) Panel(ref job, panel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PanelPair(ref ProductJob job, int panel)
    {
        float* tile = stackalloc float[2 * PanelColumns];
        ProductTile<TL, TV, TF>.OneWithPair(job.X, job.Panels + (long)panel * job.Depth * TF.RowBytes, job.Depth, tile);
        Finish(ref job, panel * PanelColumns, 0, tile);
        Finish(ref job, (panel + 1) * PanelColumns, 0, tile + PanelColumns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panel(ref ProductJob job, int panel)
    {
        float* tile = stackalloc float[ProductTile<TL, TV, TF>.MaxRows * PanelColumns];
        byte* weights = job.Panels + (long)panel * job.Depth * TF.RowBytes;
        for (int row = 0; row < job.Rows;)
        {
            int rows = ProductTile<TL, TV, TF>.Fit(job.Rows - row);
            ProductTile<TL, TV, TF>.Compute(rows, job.X + (long)row * job.Stride, job.Stride, weights, job.Depth, tile);
            for (int r = 0; r < rows; r++) Finish(ref job, panel * PanelColumns, row + r, tile + r * PanelColumns);
            row += rows;
        }
    }

    /// <summary>Bias, activation and residual of one tile row, then the store.</summary>
    private static void Finish(ref ProductJob job, int column, int row, float* tile)
    {
        int valid = Math.Min(PanelColumns, job.OutColumns - column);
        long at = (long)(job.FirstRow + row) * job.OutColumns + column;
        float* y = job.Y + at;
        float* residual = job.Residual is null ? null : job.Residual + (long)((job.FirstRow + row) % job.ResidualRows) * job.OutColumns + column;
        float* target = valid == PanelColumns ? y : tile;
        if (residual is not null && valid < PanelColumns)
        {
            float* padded = stackalloc float[PanelColumns];
            new ReadOnlySpan<float>(residual, valid).CopyTo(new Span<float>(padded, valid));
            residual = padded;
        }

        for (int i = 0; i < PanelColumns; i += TL.Count)
        {
            var v = TL.Load(tile + i);
            if (job.Bias is not null) v = TL.Add(v, TL.Load(job.Bias + column + i));
            if (job.Activation == Activation.Gelu) v = VectorMath<TL, TV>.Gelu(v);
            if (residual is not null) v = TL.Add(v, TL.Load(residual + i));
            TL.Store(v, target + i);
        }
        if (target == tile) new ReadOnlySpan<float>(tile, valid).CopyTo(new Span<float>(y, valid));
    }
}
