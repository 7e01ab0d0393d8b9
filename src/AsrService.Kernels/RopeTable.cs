namespace AsrService.Kernels;

/// <summary>Cosines and sines of the rotary embedding by position, made on demand: cos first, then sin, <c>[positions, headDim]</c>.</summary>
/// <remarks>
/// Frequencies and angles are float32, as in the reference; sine and cosine are rounded from double. Both backends read
/// the same table, so a difference between them never comes from here.
/// </remarks>
internal sealed class RopeTable
{
    private readonly int _half;
    private readonly float[] _frequencies;
    private float[] _values = [];
    private int _positions;

    public RopeTable(int headDim, float theta)
    {
        _half = headDim / 2;
        _frequencies = Frequencies(headDim, theta);
    }

    /// <summary>theta^(−2i / headDim), i = 0 .. headDim / 2 − 1.</summary>
    public static float[] Frequencies(int headDim, float theta)
    {
        var frequencies = new float[headDim / 2];
        for (int i = 0; i < frequencies.Length; i++) frequencies[i] = (float)(1 / Math.Pow(theta, 2.0 * i / headDim));
        return frequencies;
    }

    /// <summary>The table, with at least <paramref name="positions"/> rows.</summary>
    public float[] Upto(int positions)
    {
        if (positions <= _positions) return _values;

        int rows = Math.Max(positions, Math.Max(512, 2 * _positions));
        var values = new float[rows * 2 * _half];
        _values.CopyTo(values, 0);
        for (int position = _positions; position < rows; position++)
        {
            var row = values.AsSpan(position * 2 * _half, 2 * _half);
            for (int i = 0; i < _half; i++)
            {
                float angle = position * _frequencies[i];
                (double sin, double cos) = Math.SinCos(angle);
                (row[i], row[_half + i]) = ((float)cos, (float)sin);
            }
        }
        (_values, _positions) = (values, rows);
        return values;
    }
}
