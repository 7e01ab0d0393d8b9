using System.Numerics;

namespace AsrService.Audio;

/// <summary>
/// Finds the place to cut: the window with the smallest sum of absolute values, and in it the smallest sample. The
/// earliest wins a tie.
/// </summary>
/// <remarks>
/// Each window is summed directly in float32, from its first sample to its last. A running sum would be cheaper and
/// move the cut on near-ties, by other amounts for each place it was started at. Vector lanes lie along the windows, so
/// a sum has the same bits at every vector width.
/// </remarks>
internal static class QuietestPoint
{
    private const int BlockSize = 1024; // windows summed together; two blocks stay in the first-level cache

    /// <summary>Offset in <paramref name="samples"/>, which are longer than <paramref name="window"/>.</summary>
    public static int Find(ReadOnlySpan<float> samples, int window)
    {
        var magnitudes = new float[samples.Length];
        for (int i = 0; i < samples.Length; i++) magnitudes[i] = MathF.Abs(samples[i]);

        int quietest = 0;
        float smallest = float.PositiveInfinity;
        int windows = magnitudes.Length - window + 1;
        Span<float> sums = stackalloc float[BlockSize];
        for (int start = 0; start < windows; start += BlockSize)
        {
            var block = sums[..Math.Min(BlockSize, windows - start)];
            SumWindows(magnitudes.AsSpan(start, block.Length + window - 1), window, block);
            int best = IndexOfSmallest(block);
            if (block[best] >= smallest) continue;
            smallest = block[best];
            quietest = start + best;
        }

        return quietest + IndexOfSmallest(magnitudes.AsSpan(quietest, window));
    }

    /// <summary>sums[j] = x[j] + x[j + 1] + … + x[j + window - 1], added in this order.</summary>
    private static void SumWindows(ReadOnlySpan<float> x, int window, Span<float> sums)
    {
        int j = 0;
        int stride = Vector<float>.Count;
        for (; j + 4 * stride <= sums.Length; j += 4 * stride)
        {
            Vector<float> a = default, b = default, c = default, d = default; // four, to hide the additions' latency
            for (int i = j; i < j + window; i++)
            {
                a += new Vector<float>(x[i..]);
                b += new Vector<float>(x[(i + stride)..]);
                c += new Vector<float>(x[(i + 2 * stride)..]);
                d += new Vector<float>(x[(i + 3 * stride)..]);
            }

            a.CopyTo(sums[j..]);
            b.CopyTo(sums[(j + stride)..]);
            c.CopyTo(sums[(j + 2 * stride)..]);
            d.CopyTo(sums[(j + 3 * stride)..]);
        }

        for (; j < sums.Length; j++)
        {
            float sum = 0;
            foreach (float value in x.Slice(j, window)) sum += value;
            sums[j] = sum;
        }
    }

    private static int IndexOfSmallest(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] < values[best]) best = i;
        }

        return best;
    }
}
