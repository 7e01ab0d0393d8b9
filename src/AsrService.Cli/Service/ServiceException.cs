namespace AsrService.Cli.Service;

/// <summary>A service refused or failed; the message is one line that says which, where and what to do.</summary>
/// <param name="exitCode">What the process is to answer.</param>
/// <param name="message">The line.</param>
/// <param name="cause">The failed call; null where none failed.</param>
internal sealed class ServiceException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
