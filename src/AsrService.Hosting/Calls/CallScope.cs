using System.Runtime.ExceptionServices;

namespace AsrService.Hosting;

/// <summary>The loops of one call: whichever fails first ends the others, and its failure is the call's.</summary>
internal sealed class CallScope : IDisposable
{
    private readonly CancellationTokenSource _abort;
    private readonly CancellationTokenSource _input;
    private readonly CancellationTokenSource _output;
    private readonly List<Task> _loops = [];
    private ExceptionDispatchInfo? _failure;

    /// <param name="gone">The caller left.</param>
    /// <param name="stopping">The server stops.</param>
    public CallScope(CancellationToken gone, CancellationToken stopping)
    {
        _abort = CancellationTokenSource.CreateLinkedTokenSource(gone);
        _input = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token, stopping);
        _output = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
    }

    /// <summary>Ends the whole call; all that reads and writes of gRPC may be given.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>Ends taking in; cancelled when the server stops, too.</summary>
    public CancellationToken Input => _input.Token;

    /// <summary>Ends giving out, between two writes.</summary>
    public CancellationToken Output => _output.Token;

    /// <summary>Starts a loop; being told to end is no failure.</summary>
    public Task Run(Func<Task> loop) => Run(async () =>
    {
        try
        {
            await loop();
        }
        catch (OperationCanceledException) when (_output.IsCancellationRequested && !_abort.IsCancellationRequested)
        {
            // Told to end between two writes.
        }

        return true;
    });

    /// <summary>Starts a loop with a result.</summary>
    public Task<T> Run<T>(Func<Task<T>> loop)
    {
        var running = GuardAsync(loop);
        _loops.Add(running);
        return running;
    }

    /// <summary>Tells those who give out to end.</summary>
    public Task EndOutputAsync() => _output.CancelAsync();

    /// <summary>Ends the whole call.</summary>
    public Task AbortAsync() => _abort.CancelAsync();

    /// <summary>Ends everything, waits for the loops, and throws what failed first, if anything did.</summary>
    public async Task CollapseAsync()
    {
        await AbortAsync();
        foreach (var loop in _loops) await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _failure?.Throw();
    }

    public void Dispose()
    {
        _output.Dispose();
        _input.Dispose();
        _abort.Dispose();
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> loop)
    {
        try
        {
            return await loop();
        }
        catch (Exception failure)
        {
            // What fails in an aborted call fails because of that.
            if (!_abort.IsCancellationRequested)
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            await _abort.CancelAsync();
            throw;
        }
    }
}
