namespace AsrService.Engine.Decoding;

/// <summary>Notices, while decoding, that an answer has become an endless loop.</summary>
/// <remarks>
/// A loop is a block of up to 32 ids repeated at least 8 times and over at least 64 ids: far more than people repeat
/// themselves within a segment, and well before the token budget is spent. What the official repetition fix would
/// collapse in the text is left to it.
/// </remarks>
internal static class RepetitionGuard
{
    private const int MaxPeriod = 32;
    private const int MinRepeats = 8;
    private const int MinLoop = 64;

    /// <summary>Length of the answer up to the end of the loop's first block; −1 when it does not end in a loop.</summary>
    public static int FindLoop(List<int> ids)
    {
        for (int period = 1; period <= MaxPeriod; period++)
        {
            int needed = Math.Max(MinLoop, MinRepeats * period);
            if (ids.Count < needed) return -1;
            if (IsPeriodic(ids, period, needed)) return FirstBlockEnd(ids, period);
        }
        return -1;
    }

    private static bool IsPeriodic(List<int> ids, int period, int length)
    {
        for (int i = ids.Count - length; i < ids.Count - period; i++)
        {
            if (ids[i] != ids[i + period]) return false;
        }
        return true;
    }

    private static int FirstBlockEnd(List<int> ids, int period)
    {
        int start = ids.Count - period;
        while (start > 0 && ids[start - 1] == ids[start - 1 + period]) start--;
        return start + period;
    }
}
