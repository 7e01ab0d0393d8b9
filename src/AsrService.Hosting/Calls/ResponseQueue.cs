using Grpc.Core;

namespace AsrService.Hosting;

/// <summary>Lets several loops write a call's responses, one at a time.</summary>
internal sealed class ResponseQueue<T>(
    IServerStreamWriter<T> to, TimeSpan maxIdle, TimeProvider time, CancellationToken abort) : IDisposable
    where T : class
{
    private readonly SemaphoreSlim _turn = new(1);
    private long _written;
    private volatile bool _isWriting;

    /// <summary>Writes a response.</summary>
    /// <param name="make">Makes it when its turn has come.</param>
    public async Task WriteAsync(Func<T> make)
    {
        await _turn.WaitAsync(abort);
        try
        {
            _isWriting = true;
            await to.WriteAsync(make(), abort); // what is cancelled here the caller can still read, and the status behind it
            Interlocked.Increment(ref _written);
        }
        finally
        {
            _isWriting = false;
            _turn.Release();
        }
    }

    /// <summary>Waits for a loop that writes, as long as the caller reads: for when nothing else would end the call.</summary>
    /// <exception cref="RpcException">ABORTED: the caller took nothing for the idle limit.</exception>
    public async Task WhileReadAsync(Task writing)
    {
        while (true)
        {
            long before = Interlocked.Read(ref _written);
            try
            {
                await writing.WaitAsync(maxIdle, time, CancellationToken.None);
                return;
            }
            catch (TimeoutException) when (!writing.IsFaulted)
            {
                if (writing.IsCompleted) continue; // both at once
                bool isStuck = _isWriting && Interlocked.Read(ref _written) == before;
                if (isStuck) throw Refusals.SlowReader($"Nothing was read for {ExactDuration.Text(maxIdle)}.");
            }
        }
    }

    public void Dispose() => _turn.Dispose();
}
