using System.Runtime.CompilerServices;

namespace AsrService.Kernels.Memory;

/// <summary>
/// Keeps operands reachable until an operation has ended. Kernels see only pointers, so without it the finalizer of an
/// operand that its owner has let go could free the memory that is being read.
/// </summary>
internal static class Held
{
    /// <summary>To be called after the last use of the operands' memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void UntilHere(object first, object? second = null, object? third = null, object? fourth = null, object? fifth = null)
    {
        GC.KeepAlive(first);
        GC.KeepAlive(second);
        GC.KeepAlive(third);
        GC.KeepAlive(fourth);
        GC.KeepAlive(fifth);
    }
}
