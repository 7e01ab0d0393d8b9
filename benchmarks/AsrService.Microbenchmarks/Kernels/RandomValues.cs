namespace AsrService.Microbenchmarks.Kernels;

/// <summary>Seeded values in [−1, 1): the same in every run.</summary>
internal static class RandomValues
{
    public static float[] Of(int count, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = 2 * random.NextSingle() - 1;
        return values;
    }
}
