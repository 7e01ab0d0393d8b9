using AsrService.Kernels;

namespace AsrService.Models.Safetensors;

/// <summary>One entry of a safetensors header.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="StoredType">The format as the file names it, for example <c>BF16</c> or <c>I64</c>.</param>
/// <param name="Shape">Extents, outermost first; none for a single number.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">Byte after the last.</param>
public sealed record StoredTensor(string Name, string StoredType, Shape Shape, long Begin, long End)
{
    /// <summary>The format when the model can be read from it, else null.</summary>
    public DType? UsableType => StoredType switch
    {
        "F32" => DType.F32,
        "BF16" => DType.BF16,
        "F16" => DType.F16,
        _ => null,
    };

    /// <summary>
    /// Bits of one element in each format of the safetensors specification; null for one it does not know.
    /// </summary>
    internal static int? BitsOf(string storedType) => storedType switch
    {
        "F64" or "I64" or "U64" or "C64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "F6_E2M3" or "F6_E3M2" => 6,
        "F4" => 4,
        _ => null,
    };
}
