using V1 = AsrService.Contracts.V1;
using Kind = AsrService.Contracts.V1.StreamingTranscribeResponse.EventOneofCase;

namespace AsrService.Client;

/// <summary>
/// Makes events of a session's responses, in the clock of the stream, and lets nothing through twice that a reconnect
/// brought again. Not thread-safe.
/// </summary>
internal sealed class EventSieve(int channels)
{
    private const int MaxWarnings = 64;

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, TimeSpan> _finals = []; // ids and ends, of those that may come again
    private readonly HashSet<(WarningCode, string)> _warnings = [];
    private readonly SpeechEvent?[] _speech = new SpeechEvent?[channels];
    private readonly TimeSpan[] _finalEnds = new TimeSpan[channels];

    /// <summary>Where the session begins in the stream.</summary>
    public TimeSpan Offset { get; set; }

    /// <summary>Finals let through.</summary>
    public int Finals { get; private set; }

    /// <summary>Of the stream, the end of the last final of each channel.</summary>
    public IReadOnlyList<TimeSpan> FinalEnds => _finalEnds;

    /// <returns>Null for what was told already, and for what is not for callers.</returns>
    public StreamEvent? Take(V1.StreamingTranscribeResponse response)
    {
        StreamEvent? happened = response.EventCase switch
        {
            Kind.Result => Take(response.Result),
            Kind.Refinement => new RefinementEvent(response.Refinement.ResultId, Answers.Of(response.Refinement.Words, Offset)),
            Kind.Speech => Take(response.Speech),
            Kind.Flow => Of(response.Flow),
            Kind.Warning => Take(Answers.Of(response.Warning)),
            _ => null,
        };
        return happened is null ? null : happened with { Cursors = Of(response.Cursors) };
    }

    /// <summary>Where the stream is.</summary>
    public StreamCursors Of(V1.Cursors? cursors) => new(
        Offset + Answers.Time(cursors?.Received), Offset + Answers.Time(cursors?.Processed), Offset + Answers.Time(cursors?.Final));

    /// <summary>Finals before this place of the stream cannot come again.</summary>
    public void Forget(TimeSpan cursor)
    {
        foreach (var (id, _) in _finals.Where(final => final.Value < cursor - Margin).ToList()) _finals.Remove(id);
    }

    private static FlowEvent Of(V1.Flow flow) =>
        new(Answers.Time(flow.Lag), flow.Advice == V1.FlowAdvice.SlowDown, flow.Advice == V1.FlowAdvice.Reconnect);

    private ResultEvent? Take(V1.Result result)
    {
        if (_finals.ContainsKey(result.ResultId)) return null;
        var (start, end) = (Offset + Answers.Time(result.Start), Offset + Answers.Time(result.End));
        int channel = (int)result.Channel;
        if (result.IsFinal)
        {
            Finals++;
            _finals.Add(result.ResultId, end);
            if (channel < channels && end > _finalEnds[channel]) _finalEnds[channel] = end;
        }

        ResultEvent happened = result.IsFinal
            ? new FinalEvent(result.StableText, result.ReplacesStable)
            : new PartialEvent((int)result.Revision, result.StableText, result.TentativeText);
        return happened with
        {
            ResultId = result.ResultId,
            Start = start,
            End = end,
            Words = Answers.Of(result.Words, Offset),
            Language = Answers.Of(result.Language),
            Confidence = result.HasConfidence ? result.Confidence : null,
            Channel = channel,
            Remarks = Answers.Of(result.QualityFlags),
        };
    }

    /// <summary>After a reconnect borders behind the cursor come again.</summary>
    private SpeechEvent? Take(V1.Speech speech)
    {
        var happened = new SpeechEvent(
            speech.Boundary == V1.SpeechBoundary.Begin, Offset + Answers.Time(speech.Offset), (int)speech.Channel);
        if (happened.Channel >= channels) return null;
        bool isKnown = _speech[happened.Channel] is { } last && (last.IsBegin == happened.IsBegin || happened.Offset <= last.Offset);
        if (isKnown) return null;
        _speech[happened.Channel] = happened;
        return happened;
    }

    /// <summary>Every connection begins with the warnings of its config.</summary>
    private WarningEvent? Take(Warning warning)
    {
        bool isOfTheCall = warning.ResultId.Length == 0 && _warnings.Count < MaxWarnings;
        return isOfTheCall && !_warnings.Add((warning.Code, warning.Message)) ? null : new WarningEvent(warning);
    }
}
