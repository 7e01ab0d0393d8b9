using System.Collections.Concurrent;

namespace AsrService.EndToEnd.Tests.Clients;

/// <summary>A call that a foreign client makes.</summary>
internal sealed class ForeignCall(int id, Func<string, Task> releaseAsync)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _reached = new();
    private readonly TaskCompletionSource<CallOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id => id;

    /// <summary>Waits for the status.</summary>
    public Task<CallOutcome> EndAsync() => _outcome.Task.WaitAsync(ForeignClient.Patience);

    /// <summary>Waits until the script came to a hold.</summary>
    /// <exception cref="InvalidOperationException">The call ended before.</exception>
    public async Task ReachedAsync(string name)
    {
        if (!await TryReachAsync(name))
            throw new InvalidOperationException($"The call did not come to {name}: {await _outcome.Task}");
    }

    /// <summary>Waits until the script came to a hold, or the call to its end.</summary>
    public async Task<bool> TryReachAsync(string name)
    {
        var reached = Latch(name).Task;
        await Task.WhenAny(reached, _outcome.Task).WaitAsync(ForeignClient.Patience);
        return reached.IsCompleted;
    }

    /// <summary>Lets the script go on behind a hold.</summary>
    public Task ReleaseAsync(string name) => releaseAsync(name);

    internal void Reach(string name) => Latch(name).TrySetResult();

    internal void End(CallOutcome outcome) => _outcome.TrySetResult(outcome);

    internal void Fail(Exception fault) => _outcome.TrySetException(fault);

    private TaskCompletionSource Latch(string name) =>
        _reached.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
