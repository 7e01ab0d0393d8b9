using System.Runtime.InteropServices;
using AsrService.Kernels.Memory;
using AsrService.Kernels.Workers;

namespace AsrService.Kernels.Simd;

/// <summary>The operations on SIMD kernels of one vector width: memory and data movement here, arithmetic in the other parts.</summary>
internal sealed unsafe partial class SimdOps<TL, TV> : IOps, IOnWorkers
    where TL : struct, ILanes<TV>
    where TV : struct
{
    private readonly WorkerSet _workers;

    private readonly bool _ownsWorkers;

    public SimdOps(WorkerSet workers, bool ownsWorkers) => (_workers, _ownsWorkers) = (workers, ownsWorkers);

    public WorkerSet Workers => _workers;

    public string Description => $"cpu, {_workers.Threads} threads, {TL.Count * 32}-bit vectors";

    public Tensor NewTensor(int rows, int columns) => new CpuTensor(rows, columns);

    public Weight LoadMatrix(ReadOnlySpan<WeightSource> sources, DType store)
    {
        CheckStorage(store);
        var list = sources.ToArray();
        var matrix = new PackedMatrix(StoredValues.TotalRows(list), list[0].Columns, store);
        var job = new PackJob(matrix, list);
        var handle = GCHandle.Alloc(job);
        try
        {
            _workers.Run(&PackItem, (void*)GCHandle.ToIntPtr(handle), matrix.Panels);
        }
        catch (Exception fault)
        {
            matrix.Dispose();
            throw new IOException($"{list[0].Name} could not be packed: {fault.Message}", fault);
        }
        finally
        {
            handle.Free();
        }
        return matrix;
    }

    public Weight LoadVector(ReadOnlySpan<WeightSource> sources) => new CpuVector(StoredValues.Join(sources));

    public KvCache NewKvCache(KvGeometry geometry) => new CpuKvCache(geometry);

    public void Write(ReadOnlySpan<float> from, Tensor to) => TensorMemory.Write(from, to);

    public void Read(Tensor from, Span<float> to) => TensorMemory.Read(from, to);

    public void Embed(ReadOnlySpan<int> ids, Weight table, Tensor y)
    {
        var matrix = (PackedMatrix)table;
        ShapeException.Require("columns of the embedding", matrix.Columns, y.Columns);
        y.Resize(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)matrix.Rows) throw new ShapeException($"id {ids[i]} is not in 0..{matrix.Rows - 1}.");
            matrix.ReadRow(ids[i], Cpu(y).Row(i));
        }
        Held.UntilHere(table, y);
    }

    public void GatherRows(Tensor x, ReadOnlySpan<int> rows, Tensor y) => TensorMemory.GatherRows(x, rows, y);

    public void InsertRows(Tensor x, int from, ReadOnlySpan<int> rows, Tensor y) => TensorMemory.InsertRows(x, from, rows, y);

    public void Dispose()
    {
        foreach (var patches in _patchesBySize) patches.Dispose();
        _scratch?.Dispose();
        if (_ownsWorkers) _workers.Dispose();
    }

    private static void CheckStorage(DType store)
    {
        if (store is not (DType.F32 or DType.BF16))
            throw new ArgumentException($"Weights cannot be kept as {store}, only as F32 or BF16.", nameof(store));
    }

    private static CpuTensor Cpu(Tensor tensor) => (CpuTensor)tensor;

    private static void PackItem(void* state, int panel, int worker)
    {
        var handle = GCHandle.FromIntPtr((nint)state);
        ((PackJob)handle.Target!).Pack(panel);
    }

    private sealed class PackJob(PackedMatrix matrix, WeightSource[] sources)
    {
        public void Pack(int panel) => matrix.Pack(panel, sources);
    }
}
