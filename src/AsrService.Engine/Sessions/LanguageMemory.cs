using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Sessions;

/// <summary>What a channel's finals so far say of its language.</summary>
/// <param name="Locked">The first final's; forced from then on where the mode says so.</param>
/// <param name="LockEpoch">The language options under which that final was made.</param>
/// <param name="Last">The newest final's.</param>
internal readonly record struct LanguageMemory(Language? Locked, int LockEpoch, Language? Last)
{
    /// <summary>What to force for a segment; null to detect.</summary>
    public Language? LockOf(SegmentSettings settings) =>
        settings.Language.Mode == LanguageMode.LockAfterFirst && settings.LanguageEpoch == LockEpoch ? Locked : null;

    /// <summary>Takes a final's language.</summary>
    public LanguageMemory After(SegmentSettings settings, Language? language)
    {
        if (language is null) return this;
        return LockOf(settings) is null ? new(language, settings.LanguageEpoch, language) : this with { Last = language };
    }

    /// <summary>The same where the language options of an epoch are the first ones; a lock of older ones is gone.</summary>
    public LanguageMemory Since(int epoch) =>
        LockEpoch < epoch ? new(null, 0, Last) : this with { LockEpoch = LockEpoch - epoch };

    public void Write(BinaryWriter to)
    {
        to.Write(Locked?.Code ?? "");
        to.Write7BitEncodedInt(LockEpoch);
        to.Write(Last?.Code ?? "");
    }

    public static LanguageMemory Read(BinaryReader from)
    {
        var locked = Resolve(from.ReadString());
        return new(locked, from.Read7BitEncodedInt(), Resolve(from.ReadString()));
    }

    private static Language? Resolve(string code) => LanguageCatalog.TryResolve(code, out var language) ? language : null;
}
