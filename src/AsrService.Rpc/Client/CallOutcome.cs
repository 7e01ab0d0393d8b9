using Grpc.Core;

namespace AsrService.Rpc.Client;

/// <summary>How a call ended: whoever is first decides, be it the server, the deadline or the caller.</summary>
internal sealed class CallOutcome
{
    private readonly TaskCompletionSource<(Status Status, Metadata Trailers)> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsKnown => _ended.Task.IsCompleted;

    public Task<(Status Status, Metadata Trailers)> Known => _ended.Task;

    /// <summary>Decides; false when it was decided before.</summary>
    public bool TryDecide(Status status, Metadata trailers) => _ended.TrySetResult((status, trailers));

    /// <exception cref="InvalidOperationException">The call is not finished.</exception>
    public (Status Status, Metadata Trailers) Get() => IsKnown
        ? _ended.Task.GetAwaiter().GetResult()
        : throw new InvalidOperationException("The call is not finished.");
}
