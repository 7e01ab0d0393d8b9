using AsrService.Engine.Sessions;
using AsrService.Engine.Transcripts;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>Notices that a recording's language changed from one segment of a channel to the next.</summary>
internal sealed class LanguageWatch
{
    private readonly Dictionary<int, Language> _last = [];

    /// <returns>The warning; null where nothing changed.</returns>
    public V1.Warning? Look(FileSegment segment, string segmentId)
    {
        if (segment.Language is not { } now) return null;
        bool isKnown = _last.TryGetValue(segment.Channel, out var before);
        _last[segment.Channel] = now;
        return isKnown && before != now ? Warnings.LanguageSwitched(before!.Name, now.Name, segmentId) : null;
    }
}
