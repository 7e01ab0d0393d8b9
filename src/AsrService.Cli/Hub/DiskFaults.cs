using AsrService.Cli.Service;

namespace AsrService.Cli.Hub;

/// <summary>What it means that a file or folder cannot be written.</summary>
internal static class DiskFaults
{
    private const int NoSpace = 28, QuotaExceeded = 122; // ENOSPC and EDQUOT, which are the HResult on Unix
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>The error in one line; its exit code is that of output that cannot be written.</summary>
    public static ServiceException Explain(string path, Exception fault) => new(
        ExitCodes.OutputFailed,
        OneLine.Of(fault.HResult is NoSpace or QuotaExceeded or WindowsDiskFull
            ? $"{path}: there is no space left on the disk."
            : $"{path}: cannot be written: {fault.Message}"),
        fault);

    /// <exception cref="ServiceException">It cannot be written.</exception>
    public static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Explain(path, fault);
        }
    }
}
