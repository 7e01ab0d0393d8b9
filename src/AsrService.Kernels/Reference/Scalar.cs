namespace AsrService.Kernels.Reference;

/// <summary>Elementary functions that the library lacks, in float64.</summary>
internal static class Scalar
{
    /// <summary>x · Φ(x) = x / 2 · erfc(−x / √2).</summary>
    public static double Gelu(double x) => 0.5 * x * Erfc(-x / Math.Sqrt(2));

    /// <summary>1 − erf(x), relative error below 2e-12.</summary>
    /// <remarks>Abramowitz and Stegun 1964: the series 7.1.6 near zero, the continued fraction 7.1.14 beyond.</remarks>
    public static double Erfc(double x)
    {
        double magnitude = Math.Abs(x);
        double result = magnitude < 2.5 ? 1 - ErfSeries(magnitude) : ErfcFraction(magnitude);
        return x < 0 ? 2 - result : result;
    }

    private static double ErfSeries(double x)
    {
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double ErfcFraction(double x)
    {
        double fraction = x;
        for (int n = 120; n > 0; n--) fraction = x + n / 2.0 / fraction;
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
