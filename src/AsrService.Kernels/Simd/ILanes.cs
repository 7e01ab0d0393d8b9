namespace AsrService.Kernels.Simd;

/// <summary>
/// The vector operations that kernels are written over, so that one source serves every width. Instantiated for
/// <see cref="Lanes256"/> and <see cref="Lanes512"/>, each call becomes one instruction.
/// </summary>
/// <typeparam name="TV">The vector of float32 lanes.</typeparam>
internal unsafe interface ILanes<TV>
    where TV : struct
{
    /// <summary>Lanes: 8 or 16.</summary>
    static abstract int Count { get; }

    static abstract TV Load(float* from);

    static abstract void Store(TV value, float* to);

    static abstract TV Broadcast(float value);

    static abstract TV Add(TV a, TV b);

    static abstract TV Subtract(TV a, TV b);

    static abstract TV Multiply(TV a, TV b);

    static abstract TV Divide(TV a, TV b);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TV FusedMultiplyAdd(TV a, TV b, TV c);

    static abstract TV Min(TV a, TV b);

    static abstract TV Max(TV a, TV b);

    static abstract TV Abs(TV a);

    /// <summary>The magnitude of a with the sign of b.</summary>
    static abstract TV CopySign(TV a, TV b);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract TV Round(TV a);

    /// <summary>2ⁿ for integral n in −126..127.</summary>
    static abstract TV PowerOfTwo(TV n);

    /// <summary>value where a &lt; b, else otherwise.</summary>
    static abstract TV SelectLess(TV a, TV b, TV value, TV otherwise);

    /// <summary>Widens Count consecutive bfloat16 values.</summary>
    static abstract TV LoadBf16(ushort* from);

    /// <summary>Widens Count pairs of bfloat16 values: lower halves to one vector, upper halves to the other.</summary>
    static abstract void LoadBf16Pairs(uint* from, out TV lower, out TV upper);
}
