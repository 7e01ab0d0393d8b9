using System.Text;
using AsrService.Kernels;

namespace AsrService.TestKit;

/// <summary>
/// Weights that any implementation can compute from a tensor's name alone, so that published test vectors need no
/// download: value i of a tensor is a hash of i and of the bytes of its canonical name.
/// </summary>
public static class SyntheticWeights
{
    /// <summary>The values of the tensor of this canonical name.</summary>
    public static float[] Of(string name, Shape shape)
    {
        uint hash = (uint)(Encoding.UTF8.GetBytes(name).Sum(b => b) % 1009);
        double scale = ScaleOf(name, shape);
        double offset = IsGain(name, shape) ? 1 : 0;
        var values = new float[shape.Count];
        for (uint i = 0; i < values.Length; i++) values[i] = (float)(offset + scale * Uniform(i, hash));
        return values;
    }

    /// <summary>u(i, h): uniform in [-0.5, 0.5).</summary>
    public static double Uniform(uint index, uint hash)
    {
        unchecked
        {
            uint x = index * 2654435761 + hash * 40503 + 12345;
            x = (x ^ (x >> 16)) * 2246822519;
            x = (x ^ (x >> 13)) * 3266489917;
            return (x ^ (x >> 16)) / 4294967296.0 - 0.5;
        }
    }

    private static bool IsGain(string name, Shape shape) =>
        shape.Rank == 1 && name.EndsWith(".weight", StringComparison.Ordinal);

    private static double ScaleOf(string name, Shape shape)
    {
        if (shape.Rank == 1) return IsGain(name, shape) ? 0.4 : 0.2;
        if (name.EndsWith("embed_tokens.weight", StringComparison.Ordinal)) return 2;
        return 2 * Math.Sqrt(3.0 / (shape.Count / shape[0]));
    }
}
