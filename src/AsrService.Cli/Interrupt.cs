using System.Runtime.InteropServices;

namespace AsrService.Cli;

/// <summary>
/// Ctrl-C and SIGTERM as a token: the running step ends, files are closed, then the process leaves. A second one kills.
/// </summary>
/// <remarks>
/// A step of a large model may take long, and opening a pipe that nobody writes to takes for ever; so the process leaves
/// after <see cref="Grace"/> in any case. What it holds goes with it: an ffmpeg ends at its closed pipe.
/// </remarks>
internal sealed class Interrupt : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _leave;
    private readonly PosixSignalRegistration[] _signals;

    public Interrupt()
    {
        var never = Timeout.InfiniteTimeSpan;
        _leave = TimeProvider.System.CreateTimer(_ => Leave(), null, never, never);
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel),
        ];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _leave.Dispose();
        _source.Dispose();
    }

    private static void Leave()
    {
        Console.Error.WriteLine("Interrupted.");
        Environment.Exit(ExitCodes.Interrupted);
    }

    private void Cancel(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested) return; // the default action ends the process
        context.Cancel = true;
        _leave.Change(Grace, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    }
}
