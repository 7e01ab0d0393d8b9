using AsrService.Audio;
using AsrService.Engine.Decoding;
using AsrService.Models.Checkpoints;
using AsrService.Tokenizer;

namespace AsrService.Cli;

/// <summary>What the process answers to scripts.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Usage = 2;
    public const int BadInput = 3;
    public const int ModelFault = 4;
    public const int Interrupted = 130; // 128 + SIGINT

    /// <summary>Runs a command's work; what its user can mend becomes one line on stderr and an exit code.</summary>
    public static int Guard(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted.");
            return Interrupted;
        }
        catch (UsageException error)
        {
            Console.Error.WriteLine(error.Message);
            return Usage;
        }
        catch (AudioFormatException error)
        {
            Console.Error.WriteLine(error.Message);
            return BadInput;
        }
        catch (Exception error) when (error is CheckpointException or TokenizerException or ModelFaultException)
        {
            Console.Error.WriteLine(error.Message);
            return ModelFault;
        }
        catch (IOException error)
        {
            Console.Error.WriteLine(error.Message);
            return BadInput;
        }
    }
}

/// <summary>The command line asks for something that does not exist; the message says what would be valid.</summary>
internal sealed class UsageException(string message) : Exception(message);
