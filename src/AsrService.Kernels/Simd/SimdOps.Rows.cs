using AsrService.Kernels.Memory;

namespace AsrService.Kernels.Simd;

internal sealed unsafe partial class SimdOps<TL, TV>
{
    private readonly Dictionary<(int HeadDim, float Theta), RopeTable> _ropes = [];

    public void RmsNorm(Tensor x, Weight gain, float epsilon, Tensor y)
    {
        ShapeException.Require("gain of the norm", x.Columns, gain.Columns);
        ShapeException.Require("columns of the norm", x.Columns, y.Columns);
        y.Resize(x.Rows);
        var job = new RowJob
        {
            X = Cpu(x).Data, Y = Cpu(y).Data, Gain = ((CpuVector)gain).Data, Rows = x.Rows, Columns = x.Columns, Epsilon = epsilon,
        };
        RunRows(&RmsNormItem, ref job);
        Held.UntilHere(x, gain, y);
    }

    public void LayerNorm(Tensor x, Weight gain, Weight bias, float epsilon, Tensor y)
    {
        ShapeException.Require("gain of the norm", x.Columns, gain.Columns);
        ShapeException.Require("bias of the norm", x.Columns, bias.Columns);
        ShapeException.Require("columns of the norm", x.Columns, y.Columns);
        y.Resize(x.Rows);
        var job = new RowJob
        {
            X = Cpu(x).Data, Y = Cpu(y).Data, Gain = ((CpuVector)gain).Data, Bias = ((CpuVector)bias).Data,
            Rows = x.Rows, Columns = x.Columns, Epsilon = epsilon,
        };
        RunRows(&LayerNormItem, ref job);
        Held.UntilHere(x, gain, bias, y);
    }

    public void SiluMul(Tensor x, Tensor y)
    {
        ShapeException.Require("columns of gate and up", 2L * y.Columns, x.Columns);
        y.Resize(x.Rows);
        var job = new RowJob { X = Cpu(x).Data, Y = Cpu(y).Data, Rows = x.Rows, Columns = y.Columns };
        RunRows(&SiluMulItem, ref job);
        Held.UntilHere(x, y);
    }

    public void QkNormRope(Tensor qkv, HeadShape heads, Weight qGain, Weight kGain, float epsilon, float theta, ReadOnlySpan<int> positions)
    {
        ShapeException.Require("columns of queries, keys and values", heads.QkvColumns, qkv.Columns);
        ShapeException.Require("values of a head beyond pairs", 0, heads.HeadDim % 2);
        ShapeException.Require("positions", qkv.Rows, positions.Length);
        ShapeException.Require("gain of the query norm", heads.HeadDim, qGain.Columns);
        ShapeException.Require("gain of the key norm", heads.HeadDim, kGain.Columns);
        if (positions.IsEmpty) return;

        int last = 0;
        foreach (int position in positions)
        {
            if (position < 0) throw new ShapeException($"position {position} is negative.");
            last = Math.Max(last, position);
        }
        if (!_ropes.TryGetValue((heads.HeadDim, theta), out var rope))
            _ropes.Add((heads.HeadDim, theta), rope = new RopeTable(heads.HeadDim, theta));
        fixed (float* table = rope.Upto(last + 1))
        fixed (int* at = positions)
        {
            var job = new RowJob
            {
                X = Cpu(qkv).Data, Gain = ((CpuVector)qGain).Data, Bias = ((CpuVector)kGain).Data, Table = table, Positions = at,
                Rows = qkv.Rows, Columns = qkv.Columns, Heads = heads, Epsilon = epsilon,
            };
            RunRows(&QkNormRopeItem, ref job);
        }
        Held.UntilHere(qkv, qGain, kGain);
    }

    public void ArgMax(Tensor logits, Span<int> ids, Span<float> logProbabilities)
    {
        ShapeException.Require("ids", logits.Rows, ids.Length);
        ShapeException.Require("log-probabilities", logits.Rows, logProbabilities.Length);
        fixed (int* index = ids)
        fixed (float* logProbability = logProbabilities)
        {
            var job = new RowJob
            {
                X = Cpu(logits).Data, Y = logProbability, Positions = index, Rows = logits.Rows, Columns = logits.Columns,
            };
            RunRows(&ArgMaxItem, ref job);
        }
        Held.UntilHere(logits);
    }

    private void RunRows(delegate*<void*, int, int, void> body, ref RowJob job)
    {
        const int ValuesPerItem = 8192; // less is not worth waking anybody
        job.RowsPerItem = Math.Max(1, ValuesPerItem / job.Columns);
        fixed (RowJob* state = &job) _workers.Run(body, state, (job.Rows + job.RowsPerItem - 1) / job.RowsPerItem);
    }

    private static int End(ref RowJob job, int item) => Math.Min(job.Rows, (item + 1) * job.RowsPerItem);

    private static void RmsNormItem(void* state, int item, int worker)
    {
        ref var job = ref *(RowJob*)state;
        for (int row = item * job.RowsPerItem; row < End(ref job, item); row++) RowKernels<TL, TV>.RmsNorm(ref job, row);
    }

    private static void LayerNormItem(void* state, int item, int worker)
    {
        ref var job = ref *(RowJob*)state;
        for (int row = item * job.RowsPerItem; row < End(ref job, item); row++) RowKernels<TL, TV>.LayerNorm(ref job, row);
    }

    private static void SiluMulItem(void* state, int item, int worker)
    {
        ref var job = ref *(RowJob*)state;
        for (int row = item * job.RowsPerItem; row < End(ref job, item); row++) RowKernels<TL, TV>.SiluMul(ref job, row);
    }

    private static void QkNormRopeItem(void* state, int item, int worker)
    {
        ref var job = ref *(RowJob*)state;
        for (int row = item * job.RowsPerItem; row < End(ref job, item); row++) RowKernels<TL, TV>.QkNormRope(ref job, row);
    }

    private static void ArgMaxItem(void* state, int item, int worker)
    {
        ref var job = ref *(RowJob*)state;
        for (int row = item * job.RowsPerItem; row < End(ref job, item); row++)
            (job.Positions[row], job.Y[row]) = RowKernels<TL, TV>.ArgMax(job.X + (long)row * job.Columns, job.Columns);
    }
}
