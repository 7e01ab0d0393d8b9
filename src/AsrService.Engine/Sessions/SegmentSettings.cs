using AsrService.Engine.Decoding;
using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Sessions;

/// <summary>What is in force at a segment's first sample.</summary>
/// <param name="From">First sample that it holds for.</param>
/// <param name="Context">Biasing.</param>
/// <param name="Language">Which languages to expect.</param>
/// <param name="LanguageEpoch">Counts changes of the language options: a lock belongs to one of them.</param>
/// <param name="MaxSegment">The longest segment.</param>
internal sealed record SegmentSettings(
    long From, string Context, LanguageOptions Language, int LanguageEpoch, TimeSpan MaxSegment)
{
    /// <summary>Offset in a segment behind which audio may fall to the part after a forced cut.</summary>
    public TimeSpan StableLimit => MaxSegment - TimeSpan.FromSeconds(5);

    /// <summary>The decoding's share of it.</summary>
    /// <param name="forced">A language decided elsewhere; null to detect.</param>
    public DecodingConfig ToDecodingConfig(Language? forced)
    {
        var given = Language.Mode == LanguageMode.Force ? Language.Languages[0] : forced;
        return new DecodingConfig { Context = Context, Language = given, Languages = Language.Languages };
    }
}

/// <summary>The settings of a channel, by the sample from which each holds; only what may still be asked for is kept.</summary>
internal sealed class SettingsHistory(SegmentSettings first)
{
    private const int Reach = 6 * 16_000; // a segment begins at most 5 s (a forced cut) before it is known to

    private readonly List<SegmentSettings> _entries = [first];

    public int Count => _entries.Count;

    public SegmentSettings Newest => _entries[^1];

    public void Add(SegmentSettings settings)
    {
        if (_entries[^1].From == settings.From) _entries.RemoveAt(_entries.Count - 1);
        _entries.Add(settings);
        int outdated = 0;
        while (outdated + 1 < _entries.Count && _entries[outdated + 1].From <= settings.From - Reach) outdated++;
        _entries.RemoveRange(0, outdated);
    }

    /// <summary>What holds at a sample; asked in ascending order.</summary>
    public SegmentSettings At(long sample)
    {
        while (_entries.Count > 1 && _entries[1].From <= sample) _entries.RemoveAt(0);
        return _entries[0];
    }
}
