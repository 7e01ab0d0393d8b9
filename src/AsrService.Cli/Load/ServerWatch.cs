namespace AsrService.Cli.Load;

/// <summary>Reads what a service uses once a second; the processor time between <see cref="StartAsync"/> and the end.</summary>
internal sealed class ServerWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<ServerUsage>> _read;
    private readonly CancellationTokenSource _ending = new();
    private readonly ServerUsage _first;
    private readonly Task _sampling;
    private readonly MemoryCurve _memory = new();
    private ServerUsage _last;

    private ServerWatch(Func<CancellationToken, Task<ServerUsage>> read, ServerUsage first)
    {
        (_read, _first, _last) = (read, first, first);
        _memory.Add(first.Memory);
        _sampling = SampleAsync();
    }

    /// <summary>Begins.</summary>
    /// <param name="read">How; its fault is the caller's the first time, and later ends the reading.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ServerWatch> StartAsync(
        Func<CancellationToken, Task<ServerUsage>> read, CancellationToken cancellation) => new(read, await read(cancellation));

    /// <summary>Ends the reading.</summary>
    /// <returns>Processor time in between, and the memory read meanwhile.</returns>
    public async Task<(TimeSpan Processor, MemoryCurve Memory)> StopAsync()
    {
        await _ending.CancelAsync();
        await _sampling;
        await TryReadAsync(CancellationToken.None);
        return (_last.Processor - _first.Processor, _memory);
    }

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private async Task SampleAsync()
    {
        using var timer = new PeriodicTimer(Period);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token)) await TryReadAsync(_ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task TryReadAsync(CancellationToken cancellation)
    {
        try
        {
            _last = await _read(cancellation);
            _memory.Add(_last.Memory);
        }
        catch (Exception fault) when (fault is UsageException or Service.ServiceException)
        {
            // It is gone, or does not answer now; the streams tell.
        }
    }
}
