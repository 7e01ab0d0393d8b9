using System.Collections.Concurrent;

namespace AsrService.Interop.Host;

/// <summary>Lets one call wait for the end of another, by name; in either order.</summary>
internal sealed class NamedCalls
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _ends = new();

    /// <summary>Completed when the call has ended.</summary>
    public Task EndOf(string name) => Of(name).Task;

    public void ReportEnd(string name) => Of(name).TrySetResult();

    private TaskCompletionSource Of(string name) =>
        _ends.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
