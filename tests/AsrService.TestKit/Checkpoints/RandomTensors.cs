using AsrService.Kernels;

namespace AsrService.TestKit;

/// <summary>
/// Normally distributed weights; every tensor has its own stream, so its values do not depend on the others.
/// </summary>
/// <param name="seed">Another seed, another model.</param>
public sealed class RandomTensors(int seed)
{
    /// <summary>The values of the tensor of this canonical name; a matrix keeps the variance of its input.</summary>
    public float[] Of(string name, Shape shape)
    {
        var random = new Random(name.Aggregate(seed, static (hash, c) => unchecked(hash * 31 + c)));
        bool isGain = shape.Rank == 1 && name.EndsWith(".weight", StringComparison.Ordinal);
        double deviation = shape.Rank == 1 ? 0.05 : 1 / Math.Sqrt((double)shape.Count / shape[0]);
        var values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = (float)((isGain ? 1 : 0) + deviation * Normal(random));
        return values;
    }

    private static double Normal(Random random) => // Box-Muller
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
