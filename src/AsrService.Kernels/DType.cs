namespace AsrService.Kernels;

/// <summary>How numbers are stored; arithmetic is float32 whatever the storage.</summary>
public enum DType
{
    /// <summary>IEEE 754 binary32, 4 bytes.</summary>
    F32,

    /// <summary>bfloat16: the upper half of a binary32, 2 bytes. What the published checkpoints are stored in.</summary>
    BF16,

    /// <summary>IEEE 754 binary16, 2 bytes. Read from checkpoints only; kept as one of the others.</summary>
    F16,
}

/// <summary>Facts about storage formats.</summary>
public static class DTypeExtensions
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this DType type) => type == DType.F32 ? 4 : 2;
}
