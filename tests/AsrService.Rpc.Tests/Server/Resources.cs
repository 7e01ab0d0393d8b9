using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace AsrService.Rpc.Tests.Server;

/// <summary>What this process holds: what a call, a connection or a channel leaves behind shows here.</summary>
/// <param name="Handles">Open sockets, pipes and files, but for assemblies: those are opened when first needed.</param>
/// <param name="Timers">Timers that have not been disposed, as those of deadlines.</param>
/// <param name="PooledArrays">Rented from the shared pool and not returned.</param>
/// <param name="HeapBytes">Live managed objects.</param>
internal sealed record Resources(int Handles, long Timers, long PooledArrays, long HeapBytes)
{
    // What the pools keep differs by so much; an object left behind by each of a million calls is more.
    private const int HeapNoise = 32 << 20;

    public static Resources Measure(PooledArrayCounter arrays)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        return new Resources(CountHandles(), Timer.ActiveCount, arrays.Outstanding, heap);
    }

    private static int CountHandles()
    {
        const string Descriptors = "/proc/self/fd";
        if (Directory.Exists(Descriptors))
        {
            return Directory.EnumerateFileSystemEntries(Descriptors)
                .Count(path => new FileInfo(path).LinkTarget?.Contains(".dll", StringComparison.Ordinal) == false);
        }

        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }

    /// <summary>
    /// Whether this is no more than a baseline, but for what the runtime itself opens and closes at will.
    /// </summary>
    public bool IsWithin(Resources baseline) =>
        Handles <= baseline.Handles + 8
        && Timers <= baseline.Timers + 4
        && PooledArrays <= baseline.PooledArrays + 8
        && HeapBytes <= baseline.HeapBytes + HeapNoise;
}

/// <summary>Counts what is rented from the shared byte pool, by the events that it raises.</summary>
internal sealed class PooledArrayCounter : EventListener
{
    private const int Rented = 1;
    private const int Returned = 3;

    private static readonly int SharedPool = ArrayPool<byte>.Shared.GetHashCode();

    private long _outstanding;

    public long Outstanding => Interlocked.Read(ref _outstanding);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Buffers.ArrayPoolEventSource") EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId is not (Rented or Returned) || (int)eventData.Payload![2]! != SharedPool) return;
        Interlocked.Add(ref _outstanding, eventData.EventId == Rented ? 1 : -1);
    }
}
