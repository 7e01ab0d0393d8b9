using AsrService.Contracts.V1;
using AsrService.Engine.Evaluation;

namespace AsrService.Cli.Load;

/// <summary>Holds the texts of one stream of one channel against what the service promises of them.</summary>
internal sealed class TextWatch
{
    private string? _segment;
    private string _stable = "";
    private IReadOnlyList<string> _words = [];

    /// <summary>Words of all partials; case and punctuation aside, CJK characters are words.</summary>
    public long Shown { get; private set; }

    /// <summary>Of them those that the next partial of the segment changed or dropped.</summary>
    public long Rewritten { get; private set; }

    /// <summary>Results that contradict stable text of their segment, finals that say so aside.</summary>
    public long Violations { get; private set; }

    /// <summary>Finals that contradict stable text and say so.</summary>
    public long FinalsReplacingStable { get; private set; }

    /// <summary>Whether partials came of a segment whose final has not.</summary>
    public bool IsSegmentOpen => _segment is not null;

    /// <summary>Takes the next result.</summary>
    public void Observe(Result result)
    {
        bool isSameSegment = _segment == result.ResultId;
        bool contradicts = isSameSegment && !result.StableText.StartsWith(_stable, StringComparison.Ordinal);
        if (contradicts && result is { IsFinal: true, ReplacesStable: true }) FinalsReplacingStable++;
        else if (contradicts) Violations++;

        if (result.IsFinal)
        {
            if (_segment is not null && !isSameSegment) return; // of another segment: this one is still open
            (_segment, _stable, _words) = (null, "", []);
            return;
        }

        var words = ErrorRate.Words(result.StableText + result.TentativeText);
        Shown += words.Count;
        if (isSameSegment) Rewritten += CountRewritten(words);
        (_segment, _stable, _words) = (result.ResultId, result.StableText, words);
    }

    private int CountRewritten(IReadOnlyList<string> words)
    {
        int rewritten = 0;
        for (int i = 0; i < _words.Count; i++)
        {
            if (i >= words.Count || words[i] != _words[i]) rewritten++;
        }

        return rewritten;
    }
}
