using System.Runtime.CompilerServices;

namespace AsrService.Kernels.Simd;

/// <summary>How a row of a weight panel becomes two vectors. Half h of an n-lane width covers columns [h·n, h·n + n) and 16 more on.</summary>
internal unsafe interface IPanelFormat
{
    /// <summary>Bytes of a panel row.</summary>
    static abstract int RowBytes { get; }

    static abstract void Load<TL, TV>(byte* row, int half, out TV first, out TV second)
        where TL : struct, ILanes<TV>
        where TV : struct;
}

/// <summary>Panels of bfloat16 pairs.</summary>
internal readonly unsafe struct Bf16Panel : IPanelFormat
{
    public static int RowBytes => PackedMatrix.PanelColumns * 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TL, TV>(byte* row, int half, out TV first, out TV second)
        where TL : struct, ILanes<TV>
        where TV : struct => TL.LoadBf16Pairs((uint*)row + half * TL.Count, out first, out second);
}

/// <summary>Panels of float32.</summary>
internal readonly unsafe struct F32Panel : IPanelFormat
{
    public static int RowBytes => PackedMatrix.PanelColumns * 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<TL, TV>(byte* row, int half, out TV first, out TV second)
        where TL : struct, ILanes<TV>
        where TV : struct
    {
        first = TL.Load((float*)row + half * TL.Count);
        second = TL.Load((float*)row + half * TL.Count + 16);
    }
}
