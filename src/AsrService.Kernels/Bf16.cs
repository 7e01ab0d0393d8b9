namespace AsrService.Kernels;

/// <summary>Conversions between binary32 and bfloat16, which is its upper half.</summary>
public static class Bf16
{
    /// <summary>The nearest bfloat16, ties to even; a NaN stays a NaN.</summary>
    public static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Exact.</summary>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
