namespace AsrService.Audio;

/// <summary>
/// Energies in 16 bits: 6 of exponent, 10 of mantissa, from 2⁻³² to 2³², off by less than 0.05 %. The noise floor keeps
/// its memory in this form, so that it can be handed on in a few bytes without changing what it decides.
/// </summary>
internal static class FloorCode
{
    private const int MantissaBits = 10;
    private const int Dropped = 52 - MantissaBits;
    private const long Lowest = (1023L - 32) << MantissaBits;

    /// <summary>The code of a value that is not negative; those out of its range become its ends.</summary>
    public static ushort Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value) + (1L << (Dropped - 1)); // to the nearest
        return (ushort)Math.Clamp((bits >> Dropped) - Lowest, 0, ushort.MaxValue);
    }

    public static double Value(ushort code) => BitConverter.Int64BitsToDouble((code + Lowest) << Dropped);

    public static double Round(double value) => Value(Of(value));
}
