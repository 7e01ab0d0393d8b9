using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.HealthCheck;

/// <summary>
/// The standard health service. Register it as a singleton and map it; whoever knows the state of a service sets it.
/// Thread-safe.
/// </summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    // Callers choose the names, and those that are watched are kept.
    private const int LongestName = 1024;

    // A watcher who reads slowly misses old states, never the newest.
    private static readonly BoundedChannelOptions WatcherQueue = new(capacity: 1)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleReader = true,
    };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ChannelWriter<ServingStatus>>> _watchers = new(StringComparer.Ordinal);

    /// <summary>Sets the state of a service and tells its watchers.</summary>
    /// <param name="service">Full name of the service; empty for the server as a whole.</param>
    /// <param name="status">The state.</param>
    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            if (_statuses.TryGetValue(service, out var before) && before == status) return;
            _statuses[service] = status;
            Tell(service, status);
        }
    }

    /// <summary>Forgets all services: they are unknown again.</summary>
    public void ClearAll()
    {
        lock (_lock)
        {
            foreach (string service in _statuses.Keys)
            {
                Tell(service, ServingStatus.ServiceUnknown);
            }

            _statuses.Clear();
        }
    }

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckName(request);
        lock (_lock)
        {
            return _statuses.TryGetValue(request.Service, out var status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(new Status(StatusCode.NotFound, $"Service '{request.Service}' is not known."));
        }
    }

    /// <inheritdoc/>
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        CheckName(request);
        var states = Channel.CreateBounded<ServingStatus>(WatcherQueue);
        AddWatcher(request.Service, states.Writer);
        try
        {
            await foreach (var status in states.Reader.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }).ConfigureAwait(false);
            }
        }
        finally
        {
            RemoveWatcher(request.Service, states.Writer);
        }
    }

    private static void CheckName(HealthCheckRequest request)
    {
        int length = request.Service.Length;
        if (length <= LongestName) return;
        throw new RpcException(new Status(
            StatusCode.InvalidArgument, $"service: a name of {length} characters is over the limit of {LongestName}."));
    }

    private void AddWatcher(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (_lock)
        {
            if (!_watchers.TryGetValue(service, out var watchers)) _watchers[service] = watchers = [];
            watchers.Add(watcher);
            watcher.TryWrite(_statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown));
        }
    }

    private void RemoveWatcher(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (_lock)
        {
            var watchers = _watchers[service];
            watchers.Remove(watcher);
            if (watchers.Count == 0) _watchers.Remove(service); // callers choose the names: nothing may pile up
        }
    }

    private void Tell(string service, ServingStatus status)
    {
        foreach (var watcher in _watchers.GetValueOrDefault(service, []))
        {
            watcher.TryWrite(status);
        }
    }
}
