using System.Runtime.InteropServices;

namespace AsrService.Kernels.Memory;

/// <summary>Native memory for weights and activations: aligned, outside the garbage collector, on huge pages when large.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int CacheLine = 64;
    private const int HugePage = 2 << 20;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of Linux

    private readonly long _bytes;
    private readonly nuint _allocated;
    private void* _start;

    /// <summary>Uninitialized memory of at least <paramref name="bytes"/> bytes.</summary>
    public NativeBuffer(long bytes)
    {
        _bytes = bytes;
        bool large = bytes >= HugePage;
        int alignment = large ? HugePage : CacheLine;
        _allocated = (nuint)((Math.Max(bytes, 1) + alignment - 1) / alignment * alignment);
        _start = NativeMemory.AlignedAlloc(_allocated, (nuint)alignment);
        GC.AddMemoryPressure((long)_allocated);
        if (large && OperatingSystem.IsLinux()) _ = Advise(_start, _allocated, AdviseHugePages); // only advice: a refusal costs speed, not correctness
    }

    ~NativeBuffer() => Free();

    /// <summary>Bytes asked for; none once freed.</summary>
    public long Bytes => _start is null ? 0 : _bytes;

    /// <summary>The memory as numbers.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    public float* Floats => (float*)Start;

    /// <summary>The memory as bytes.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return (byte*)_start;
        }
    }

    /// <summary>Sets every byte to zero.</summary>
    public NativeBuffer Clear()
    {
        NativeMemory.Clear(_start, _allocated);
        return this;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start is null) return;
        NativeMemory.AlignedFree(_start);
        GC.RemoveMemoryPressure((long)_allocated);
        _start = null;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(void* start, nuint length, int advice);
}
