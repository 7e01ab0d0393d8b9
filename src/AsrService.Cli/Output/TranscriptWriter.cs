using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;

namespace AsrService.Cli.Output;

/// <summary>Writes transcripts to stdout and what went wrong to stderr, a line each, and remembers the exit code.</summary>
internal sealed class TranscriptWriter(
    TextWriter output, TextWriter errors, bool isJson, IReadOnlyList<string> paths, RunFacts facts)
{
    private bool _isNoticeGiven;

    public int ExitCode { get; private set; } = ExitCodes.Done;

    public void Write(RecordingOutcome outcome)
    {
        string path = paths[outcome.Source], shown = OneLine.Of(path);
        if (outcome.Transcript is null)
        {
            bool isModel = outcome.Fault is ModelFaultException;
            errors.WriteLine(OneLine.Of(isModel ? $"{path}: {outcome.Fault!.Message}." : outcome.Fault!.Message));
            ExitCode = Math.Max(ExitCode, isModel ? ExitCodes.ModelFault : ExitCodes.BadInput);
            return;
        }

        GiveNotice();
        string text = OneLine.Of(outcome.Transcript.Text);
        if (isJson) output.WriteLine(TranscriptJson.From(path, outcome.Transcript, facts).Serialize());
        else if (paths.Count == 1) output.WriteLine(text);
        else output.WriteLine($"{shown}: {text}");
        output.Flush();
        if (outcome.Transcript.IsTruncated)
            errors.WriteLine($"Warning: {shown}: the token budget ended the text; raise --max-new-tokens.");
    }

    /// <summary>What the model is, said once and with a transcript: of files that cannot be read it says nothing.</summary>
    private void GiveNotice()
    {
        if (!_isNoticeGiven && facts.Notice is not null) errors.WriteLine(OneLine.Of($"{facts.Model}: {facts.Notice}"));
        _isNoticeGiven = true;
    }
}
