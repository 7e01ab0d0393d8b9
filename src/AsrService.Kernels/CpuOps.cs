using System.Runtime.Intrinsics;
using AsrService.Kernels.Reference;
using AsrService.Kernels.Simd;
using AsrService.Kernels.Workers;

namespace AsrService.Kernels;

/// <summary>Makes the CPU backends.</summary>
public static class CpuOps
{
    /// <summary>The fast backend, on the widest vectors the hardware has.</summary>
    /// <param name="threads">Threads that compute; 0 for all the container allows.</param>
    public static IOps Create(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var workers = new WorkerSet(threads == 0 ? Environment.ProcessorCount : threads);
        return Vector512.IsHardwareAccelerated
            ? new SimdOps<Lanes512, Vector512<float>>(workers, ownsWorkers: true)
            : new SimdOps<Lanes256, Vector256<float>>(workers, ownsWorkers: true);
    }

    /// <summary>A second backend on the threads of the first, for a model that takes turns with the first one's.</summary>
    /// <param name="first">Made by <see cref="Create"/>; the two never compute at once, and it is disposed last.</param>
    /// <exception cref="ArgumentException">It was not.</exception>
    public static IOps CreateBeside(IOps first)
    {
        var workers = (first as IOnWorkers)?.Workers ?? throw new ArgumentException("This backend has no threads to share.", nameof(first));
        return Vector512.IsHardwareAccelerated
            ? new SimdOps<Lanes512, Vector512<float>>(workers, ownsWorkers: false)
            : new SimdOps<Lanes256, Vector256<float>>(workers, ownsWorkers: false);
    }

    /// <summary>The readable truth: naive loops with float64 sums, one thread. For tests and doubts.</summary>
    public static IOps CreateReference() => new ReferenceOps();
}
