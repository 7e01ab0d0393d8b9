using System.Runtime.Intrinsics;
using AsrService.Kernels.Reference;
using AsrService.Kernels.Simd;

namespace AsrService.Kernels;

/// <summary>Makes the CPU backends.</summary>
public static class CpuOps
{
    /// <summary>The fast backend, on the widest vectors the hardware has.</summary>
    /// <param name="threads">Threads that compute; 0 for all the container allows.</param>
    public static IOps Create(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (threads == 0) threads = Environment.ProcessorCount;
        return Vector512.IsHardwareAccelerated
            ? new SimdOps<Lanes512, Vector512<float>>(threads)
            : new SimdOps<Lanes256, Vector256<float>>(threads);
    }

    /// <summary>The readable truth: naive loops with float64 sums, one thread. For tests and doubts.</summary>
    public static IOps CreateReference() => new ReferenceOps();
}
