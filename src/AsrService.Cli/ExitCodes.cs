using AsrService.Audio;
using AsrService.Cli.Service;
using AsrService.Engine.Decoding;
using AsrService.Models.Checkpoints;
using AsrService.Tokenizer;

namespace AsrService.Cli;

/// <summary>What the process answers to scripts; docs/cli.md lists them.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Usage = 2;
    public const int BadInput = 3;
    public const int ModelFault = 4;
    public const int ServiceFailed = 5;
    public const int InternalError = 70; // EX_SOFTWARE of sysexits.h
    public const int OutputFailed = 74; // EX_IOERR
    public const int Interrupted = 130; // 128 + SIGINT

    /// <summary>Set to 1, the trace of an internal error is printed as well.</summary>
    private const string TraceVariable = "ASR_TRACE";

    /// <summary>Runs the program; whatever goes wrong becomes one line on stderr and an exit code.</summary>
    public static int Guard(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (Exception error)
        {
            var (code, message) = Explain(error);
            Console.Error.WriteLine(OneLine.Of(message));
            bool isTraced = code == InternalError && Environment.GetEnvironmentVariable(TraceVariable) == "1";
            if (isTraced) Console.Error.WriteLine(error);
            return code;
        }
    }

    private static (int Code, string Message) Explain(Exception error) => error switch
    {
        OperationCanceledException => (Interrupted, "Interrupted."),
        UsageException => (Usage, error.Message),
        AudioFormatException or InputException => (BadInput, error.Message),
        CheckpointException or TokenizerException or ModelFaultException => (ModelFault, error.Message),
        ServiceException service => (service.ExitCode, service.Message),
        OutOfMemoryException => (ModelFault, $"asr: not enough memory: {error.Message}"),

        // Reading is wrapped where it happens, so what is left is writing.
        IOException or UnauthorizedAccessException =>
            (OutputFailed, $"asr: the output cannot be written: {error.Message}"),
        _ => (InternalError, "asr: internal error, please report it "
            + $"({TraceVariable}=1 shows where): {error.GetType().Name}: {error.Message}"),
    };
}

/// <summary>The command line asks for something that does not exist; the message says what would be valid.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>An input other than a recording cannot be read; the message names it.</summary>
internal sealed class InputException(string message, Exception inner) : Exception(message, inner);
