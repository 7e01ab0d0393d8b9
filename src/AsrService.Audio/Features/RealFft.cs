using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AsrService.Audio;

/// <summary>
/// Power spectrum of 400 real samples in float64: a 200-point complex transform of the even and odd samples
/// (Stockham, radices 4, 5, 5, 2), then the usual split. Lanes hold independent points, so the bits depend neither on
/// the vector width of the machine nor on addresses. Immutable; callers bring the scratch memory.
/// </summary>
internal sealed class RealFft
{
    public const int Size = 400;
    public const int Bins = (Size / 2) + 1;
    public const int ScratchLength = 4 * Half;

    private const int Half = Size / 2;

    // Of the fifth root of unity: cos and sin of 2 pi / 5 and 4 pi / 5.
    private static readonly double Cos1 = Math.Cos(2 * Math.PI / 5);
    private static readonly double Cos2 = Math.Cos(4 * Math.PI / 5);
    private static readonly double Sin1 = Math.Sin(2 * Math.PI / 5);
    private static readonly double Sin2 = Math.Sin(4 * Math.PI / 5);

    private readonly double[] _cos = new double[Size]; // of 2 pi n / 400
    private readonly double[] _sin = new double[Size]; // negative: exp(-i 2 pi n / 400)

    public RealFft()
    {
        for (int n = 0; n < Size; n++)
        {
            _cos[n] = Math.Cos(2 * Math.PI * n / Size);
            _sin[n] = -Math.Sin(2 * Math.PI * n / Size);
        }
    }

    /// <summary>The parts of the scratch memory that take the even and the odd samples.</summary>
    public static void Inputs(Span<double> scratch, out Span<double> even, out Span<double> odd)
    {
        even = scratch[..Half];
        odd = scratch.Slice(Half, Half);
    }

    /// <summary>|X[k]|² for k = 0..200 of the samples in <see cref="Inputs"/>, which it overwrites.</summary>
    public void Power(Span<double> scratch, Span<double> power)
    {
        Inputs(scratch, out var re, out var im);
        var re2 = scratch.Slice(2 * Half, Half);
        var im2 = scratch.Slice(3 * Half, Half);

        Radix4First(re, im, re2, im2);
        Radix5(Lanes(re2), Lanes(im2), Lanes(re), Lanes(im), stride: 1, groups: 10);
        Radix5(Lanes(re), Lanes(im), Lanes(re2), Lanes(im2), stride: 5, groups: 2);
        Radix2Last(Lanes(re2), Lanes(im2), Lanes(re), Lanes(im));
        Split(re, im, power);
    }

    private static Span<Vector256<double>> Lanes(Span<double> values) =>
        MemoryMarshal.Cast<double, Vector256<double>>(values);

    private void Radix4First(ReadOnlySpan<double> re, ReadOnlySpan<double> im, Span<double> toRe, Span<double> toIm)
    {
        const int quarter = Half / 4;
        for (int q = 0; q < quarter; q++)
        {
            double sumRe02 = re[q] + re[q + (2 * quarter)], sumIm02 = im[q] + im[q + (2 * quarter)];
            double difRe02 = re[q] - re[q + (2 * quarter)], difIm02 = im[q] - im[q + (2 * quarter)];
            double sumRe13 = re[q + quarter] + re[q + (3 * quarter)], sumIm13 = im[q + quarter] + im[q + (3 * quarter)];
            double difRe13 = re[q + quarter] - re[q + (3 * quarter)], difIm13 = im[q + quarter] - im[q + (3 * quarter)];

            toRe[4 * q] = sumRe02 + sumRe13;
            toIm[4 * q] = sumIm02 + sumIm13;
            Turn(difRe02 + difIm13, difIm02 - difRe13, 2 * q, out toRe[(4 * q) + 1], out toIm[(4 * q) + 1]);
            Turn(sumRe02 - sumRe13, sumIm02 - sumIm13, 4 * q, out toRe[(4 * q) + 2], out toIm[(4 * q) + 2]);
            Turn(difRe02 - difIm13, difIm02 + difRe13, 6 * q, out toRe[(4 * q) + 3], out toIm[(4 * q) + 3]);
        }
    }

    /// <summary>Times exp(-i 2 pi n / 400).</summary>
    private void Turn(double re, double im, int n, out double toRe, out double toIm)
    {
        toRe = (re * _cos[n]) - (im * _sin[n]);
        toIm = (re * _sin[n]) + (im * _cos[n]);
    }

    /// <param name="re">Real parts, [5, groups, stride] vectors; the others alike, the outputs [groups, 5,
    /// stride].</param>
    /// <param name="im">Imaginary parts.</param>
    /// <param name="toRe">Real parts of the result.</param>
    /// <param name="toIm">Imaginary parts of the result.</param>
    /// <param name="stride">Vectors that share a twiddle factor.</param>
    /// <param name="groups">A fifth of the transforms' length.</param>
    private void Radix5(
        ReadOnlySpan<Vector256<double>> re, ReadOnlySpan<Vector256<double>> im,
        Span<Vector256<double>> toRe, Span<Vector256<double>> toIm, int stride, int groups)
    {
        int fifth = groups * stride;
        int turn = Size / (5 * groups);
        for (int q = 0; q < groups; q++)
        {
            for (int j = 0; j < stride; j++)
            {
                int from = (q * stride) + j;
                var re0 = re[from];
                var im0 = im[from];
                var sumRe14 = re[from + fifth] + re[from + (4 * fifth)];
                var sumIm14 = im[from + fifth] + im[from + (4 * fifth)];
                var difRe14 = re[from + fifth] - re[from + (4 * fifth)];
                var difIm14 = im[from + fifth] - im[from + (4 * fifth)];
                var sumRe23 = re[from + (2 * fifth)] + re[from + (3 * fifth)];
                var sumIm23 = im[from + (2 * fifth)] + im[from + (3 * fifth)];
                var difRe23 = re[from + (2 * fifth)] - re[from + (3 * fifth)];
                var difIm23 = im[from + (2 * fifth)] - im[from + (3 * fifth)];

                var midRe1 = re0 + (sumRe14 * Cos1) + (sumRe23 * Cos2);
                var midIm1 = im0 + (sumIm14 * Cos1) + (sumIm23 * Cos2);
                var midRe2 = re0 + (sumRe14 * Cos2) + (sumRe23 * Cos1);
                var midIm2 = im0 + (sumIm14 * Cos2) + (sumIm23 * Cos1);
                var offRe1 = (difRe14 * Sin1) + (difRe23 * Sin2);
                var offIm1 = (difIm14 * Sin1) + (difIm23 * Sin2);
                var offRe2 = (difRe14 * Sin2) - (difRe23 * Sin1);
                var offIm2 = (difIm14 * Sin2) - (difIm23 * Sin1);

                int to = (5 * q * stride) + j;
                toRe[to] = re0 + sumRe14 + sumRe23;
                toIm[to] = im0 + sumIm14 + sumIm23;
                Turn(midRe1 + offIm1, midIm1 - offRe1, turn * q, out toRe[to + stride], out toIm[to + stride]);
                Turn(midRe2 + offIm2, midIm2 - offRe2, 2 * turn * q,
                    out toRe[to + (2 * stride)], out toIm[to + (2 * stride)]);
                Turn(midRe2 - offIm2, midIm2 + offRe2, 3 * turn * q,
                    out toRe[to + (3 * stride)], out toIm[to + (3 * stride)]);
                Turn(midRe1 - offIm1, midIm1 + offRe1, 4 * turn * q,
                    out toRe[to + (4 * stride)], out toIm[to + (4 * stride)]);
            }
        }
    }

    private void Turn(
        Vector256<double> re, Vector256<double> im, int n, out Vector256<double> toRe, out Vector256<double> toIm)
    {
        toRe = (re * _cos[n]) - (im * _sin[n]);
        toIm = (re * _sin[n]) + (im * _cos[n]);
    }

    private static void Radix2Last(
        ReadOnlySpan<Vector256<double>> re, ReadOnlySpan<Vector256<double>> im,
        Span<Vector256<double>> toRe, Span<Vector256<double>> toIm)
    {
        int half = re.Length / 2;
        for (int j = 0; j < half; j++)
        {
            toRe[j] = re[j] + re[j + half];
            toIm[j] = im[j] + im[j + half];
            toRe[j + half] = re[j] - re[j + half];
            toIm[j + half] = im[j] - im[j + half];
        }
    }

    /// <summary>
    /// X[k] = E + w·O and X[200 - k] = conj(E - w·O), with E and O the spectra of even and odd samples.
    /// </summary>
    private void Split(ReadOnlySpan<double> re, ReadOnlySpan<double> im, Span<double> power)
    {
        power[0] = Square(re[0] + im[0]);
        power[Half] = Square(re[0] - im[0]);
        power[Half / 2] = Square(re[Half / 2]) + Square(im[Half / 2]);
        for (int k = 1; k < Half / 2; k++)
        {
            double evenRe = 0.5 * (re[k] + re[Half - k]), evenIm = 0.5 * (im[k] - im[Half - k]);
            double oddRe = 0.5 * (im[k] + im[Half - k]), oddIm = 0.5 * (re[Half - k] - re[k]);
            Turn(oddRe, oddIm, k, out double turnedRe, out double turnedIm);
            power[k] = Square(evenRe + turnedRe) + Square(evenIm + turnedIm);
            power[Half - k] = Square(evenRe - turnedRe) + Square(evenIm - turnedIm);
        }
    }

    private static double Square(double x) => x * x;
}
