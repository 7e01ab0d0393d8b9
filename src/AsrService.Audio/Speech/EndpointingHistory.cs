namespace AsrService.Audio;

/// <summary>Options and the sample from which each is in force, as far back as a segment may still begin.</summary>
internal sealed class EndpointingHistory
{
    /// <summary>A forced cut lies at most 5 s back; undecided hops and pre-roll at most 1 s.</summary>
    private const int Reach = CutSearch.Range + Resampler.OutputRate;

    private readonly List<(long From, EndpointingOptions Options)> _entries = [];

    public EndpointingHistory(EndpointingOptions options) => _entries.Add((0, options));

    /// <summary>The longest pre-roll that may be asked for, in samples.</summary>
    public int LongestPad => _entries.Max(entry => entry.Options.SpeechPadSamples);

    public void Add(long from, EndpointingOptions options)
    {
        if (_entries[^1].From == from) _entries.RemoveAt(_entries.Count - 1);
        _entries.Add((from, options));
        int outdated = 0;
        while (outdated + 1 < _entries.Count && _entries[outdated + 1].From <= from - Reach) outdated++;
        _entries.RemoveRange(0, outdated);
    }

    /// <summary>
    /// The newest options in force at the first sample of the segment that they themselves make.
    /// </summary>
    /// <param name="onset">First speech of the segment.</param>
    /// <param name="earliest">Its pre-roll reaches back to here at most.</param>
    /// <param name="start">Its first sample.</param>
    public EndpointingOptions At(long onset, long earliest, out long start)
    {
        int i = _entries.Count;
        do
        {
            i--;
            start = Math.Max(onset - _entries[i].Options.SpeechPadSamples, earliest);
        }
        while (i > 0 && start < _entries[i].From);

        var options = _entries[i].Options;
        _entries.RemoveRange(0, i); // later segments begin later
        return options;
    }
}
