using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AsrService.Hosting;

/// <summary>The names under which grpc.health.v1 knows the services; the server as a whole, "", comes by itself.</summary>
/// <param name="Services">Full names.</param>
public sealed record HealthNames(params IReadOnlyList<string> Services);

/// <summary>grpc.health.v1, in step with <c>/healthz/ready</c>.</summary>
public sealed class ServiceHealth : HealthServiceImpl
{
    private readonly ServiceState _state;
    private readonly HealthNames _names;

    /// <summary>Says what a state says.</summary>
    public ServiceHealth(ServiceState state, HealthNames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        (_state, _names) = (state, names);
        foreach (string name in Names) SetStatus(name, ServingStatus.NotServing);
    }

    private IEnumerable<string> Names => _names.Services.Prepend("");

    /// <summary>Looks again and tells watchers what changed.</summary>
    public void Refresh()
    {
        var status = _state.Problem is null ? ServingStatus.Serving : ServingStatus.NotServing;
        foreach (string name in Names) SetStatus(name, status);
    }

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        Refresh();
        return base.Check(request, context);
    }

    /// <inheritdoc/>
    public override Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        Refresh();
        return base.Watch(request, new LastWord(responseStream, _state), context);
    }

    /// <summary>Ends a watch with what it hears of the shutdown, which would wait for it otherwise.</summary>
    private sealed class LastWord(IServerStreamWriter<HealthCheckResponse> to, ServiceState state)
        : IServerStreamWriter<HealthCheckResponse>
    {
        public WriteOptions? WriteOptions
        {
            get => to.WriteOptions;
            set => to.WriteOptions = value;
        }

        public async Task WriteAsync(HealthCheckResponse message)
        {
            await to.WriteAsync(message).ConfigureAwait(false);
            if (state.IsStopping && message.Status == ServingStatus.NotServing) throw Refusals.Draining();
        }
    }
}
