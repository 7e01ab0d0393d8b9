namespace AsrService.Tokenizer;

/// <summary>Hangul syllables, which compose and decompose by arithmetic (The Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    public const int LeadBase = 0x1100;
    public const int LeadCount = 19;
    public const int VowelBase = 0x1161;
    public const int VowelCount = 21;
    public const int TailBase = 0x11A7; // one below the first tail: index 0 means "no tail"
    public const int TailCount = 28;
    private const int SyllableBase = 0xAC00;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    public static bool TryCompose(int first, int second, out int composite)
    {
        composite = 0;
        if ((uint)(first - LeadBase) < LeadCount && (uint)(second - VowelBase) < VowelCount)
            composite = SyllableBase + ((first - LeadBase) * VowelCount + (second - VowelBase)) * TailCount;
        else if (IsSyllable(first) && (first - SyllableBase) % TailCount == 0
            && second > TailBase && second < TailBase + TailCount)
            composite = first + (second - TailBase);
        return composite != 0;
    }

    /// <summary>Appends lead, vowel and, where there is one, tail.</summary>
    public static bool TryDecompose(int c, List<int> into)
    {
        if (!IsSyllable(c)) return false;

        int index = c - SyllableBase;
        into.Add(LeadBase + index / (VowelCount * TailCount));
        into.Add(VowelBase + index / TailCount % VowelCount);
        if (index % TailCount != 0) into.Add(TailBase + index % TailCount);
        return true;
    }

    private static bool IsSyllable(int c) => (uint)(c - SyllableBase) < SyllableCount;
}
