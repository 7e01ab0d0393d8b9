namespace AsrService.TestKit;

/// <summary>Counts what code allocates on the managed heap.</summary>
public static class Allocations
{
    private const int Tries = 5;

    /// <summary>
    /// Bytes that this thread allocates in <paramref name="act"/>: the least of some runs, since a collection that other
    /// tests cause in the middle of one makes the runtime count more.
    /// </summary>
    public static long Of(Action act)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Tries && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            act();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
