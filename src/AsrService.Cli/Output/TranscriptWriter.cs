namespace AsrService.Cli.Output;

/// <summary>Writes transcripts to stdout and what went wrong to stderr, a line each, and remembers the exit code.</summary>
internal sealed class TranscriptWriter(TextWriter output, TextWriter errors, bool isJson, IReadOnlyList<string> paths)
{
    private bool _isNoticeGiven;

    public int ExitCode { get; private set; } = ExitCodes.Done;

    /// <summary>Writes the transcript of a file.</summary>
    /// <param name="transcript">The transcript.</param>
    /// <param name="notice">What users of its model must see; null or empty for nothing.</param>
    public void Write(TranscriptJson transcript, string? notice)
    {
        string text = OneLine.Of(transcript.Text), shown = OneLine.Of(transcript.File);
        Write(transcript, notice, (isJson ? JsonLine.Of(transcript) : paths.Count == 1 ? text : $"{shown}: {text}") + output.NewLine);
    }

    /// <summary>Writes the transcript of a file in a form of the caller's.</summary>
    /// <param name="transcript">The transcript.</param>
    /// <param name="notice">What users of its model must see; null or empty for nothing.</param>
    /// <param name="text">What to write, line breaks and all.</param>
    public void Write(TranscriptJson transcript, string? notice, string text)
    {
        GiveNotice(transcript.Model, notice);
        output.Write(text);
        output.Flush();
        string shown = OneLine.Of(transcript.File);
        if (transcript.Truncated)
            errors.WriteLine($"Warning: {shown}: the token budget ended the text; raise --max-new-tokens.");
    }

    /// <summary>Says why a file has none; the others go on.</summary>
    public void Fail(int exitCode, string message)
    {
        errors.WriteLine(OneLine.Of(message));
        ExitCode = Math.Max(ExitCode, exitCode);
    }

    /// <summary>What the model is, said once and with a transcript: of files that cannot be read it says nothing.</summary>
    private void GiveNotice(string model, string? notice)
    {
        if (!_isNoticeGiven && notice is { Length: > 0 }) errors.WriteLine(OneLine.Of($"{model}: {notice}"));
        _isNoticeGiven = true;
    }
}
