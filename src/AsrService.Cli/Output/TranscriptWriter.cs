using AsrService.Engine.Decoding;
using AsrService.Engine.Recordings;

namespace AsrService.Cli.Output;

/// <summary>Writes transcripts to stdout and what went wrong to stderr, a line each, and remembers the exit code.</summary>
internal sealed class TranscriptWriter(TextWriter output, TextWriter errors, bool isJson, IReadOnlyList<string> paths, RunFacts facts)
{
    public int ExitCode { get; private set; } = ExitCodes.Done;

    public void Write(RecordingOutcome outcome)
    {
        string path = paths[outcome.Source];
        if (outcome.Transcript is null)
        {
            bool isModel = outcome.Fault is ModelFaultException;
            errors.WriteLine(isModel ? $"{path}: {outcome.Fault!.Message}" : outcome.Fault!.Message);
            ExitCode = Math.Max(ExitCode, isModel ? ExitCodes.ModelFault : ExitCodes.BadInput);
            return;
        }

        if (isJson) output.WriteLine(TranscriptJson.From(path, outcome.Transcript, facts).Serialize());
        else if (paths.Count == 1) output.WriteLine(outcome.Transcript.Text);
        else output.WriteLine($"{path}: {outcome.Transcript.Text}");
        output.Flush();
        if (outcome.Transcript.IsTruncated) errors.WriteLine($"Warning: {path}: the token budget ended the text; raise --max-new-tokens.");
    }
}
