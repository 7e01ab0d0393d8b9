using AsrService.Engine.Batching;

namespace AsrService.Engine.Sessions;

/// <summary>Refuses a recording's options out of their ranges.</summary>
internal static class FileChecks
{
    /// <exception cref="AsrException">Names the first option at fault, its value and its range.</exception>
    public static void Check(FileTranscriptionOptions options, SessionHost host, Admission admission)
    {
        SessionChecks.Check(options.Language);
        SessionChecks.CheckContext(options.Context, host);
        if (options.IsLive)
        {
            SessionChecks.Check(options.Endpointing);
            return;
        }
        SessionChecks.Range("max_segment", options.MaxSegment, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1200));
        admission.CheckPiece(host.Recognizer, options.MaxSegment);
    }
}
