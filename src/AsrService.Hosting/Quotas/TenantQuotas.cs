using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>What each tenant uses of this instance, held to its quota.</summary>
/// <remarks>
/// Counts live in memory: another instance has its own, and a restart begins anew. A tenant that is not heard of in a
/// window and holds nothing is forgotten. Thread-safe.
/// </remarks>
public sealed class TenantQuotas(IOptions<AsrOptions> options, TimeProvider time)
{
    private readonly QuotaOptions _options = options.Value.Quotas;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Usage> _tenants = [];
    private long _window;

    /// <summary>Takes places for a live call or a recording.</summary>
    /// <param name="caller">Whose.</param>
    /// <param name="streams">Places: the channels of a live call, or 1.</param>
    /// <returns>Gives the places back when it is disposed.</returns>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: the tenant has no more, or has sent all its audio.</exception>
    public QuotaLease Enter(Caller caller, int streams)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var limits = LimitsOf(caller.Tenant);
        lock (_gate)
        {
            var usage = UsageOf(caller.Tenant);
            if (IsOver(usage.Streams + streams, limits.Streams))
            {
                throw Refusals.TenantQuota(
                    caller.Tenant, FormattableString.Invariant($"{limits.Streams} streams at once are this tenant's quota; {usage.Streams} run."),
                    Soon);
            }

            if (limits.Audio > TimeSpan.Zero && usage.Audio >= limits.Audio) throw AudioUsedUp(caller.Tenant);
            usage.Streams += streams;
        }

        return new QuotaLease(this, caller.Tenant, streams);
    }

    /// <summary>The answer to a caller whose tenant has sent all its audio.</summary>
    internal Grpc.Core.RpcException AudioUsedUp(string tenant) => Refusals.TenantQuota(
        tenant, FormattableString.Invariant($"{LimitsOf(tenant).Audio} of audio in {_options.Window} are this tenant's quota, and used up."),
        _options.Window - TimeSpan.FromTicks(time.GetUtcNow().UtcTicks % _options.Window.Ticks));

    internal bool TryTake(string tenant, TimeSpan audio)
    {
        var limits = LimitsOf(tenant);
        if (limits.Audio == TimeSpan.Zero) return true;
        lock (_gate)
        {
            var usage = UsageOf(tenant);
            usage.Audio += audio;
            return usage.Audio <= limits.Audio;
        }
    }

    internal void Leave(string tenant, int streams)
    {
        lock (_gate) UsageOf(tenant).Streams -= streams;
    }

    private static TimeSpan Soon => TimeSpan.FromSeconds(1);

    private static bool IsOver(int streams, int limit) => limit > 0 && streams > limit;

    private (int Streams, TimeSpan Audio) LimitsOf(string tenant)
    {
        var own = _options.Tenants.TryGetValue(tenant, out var found) ? found : null;
        return (own?.MaxStreams ?? _options.MaxStreams, own?.MaxAudio ?? _options.MaxAudio);
    }

    /// <summary>Needs the gate.</summary>
    private Usage UsageOf(string tenant)
    {
        long window = time.GetUtcNow().UtcTicks / _options.Window.Ticks;
        if (window != _window) BeginWindow(window);
        if (!_tenants.TryGetValue(tenant, out var usage)) _tenants[tenant] = usage = new Usage();
        return usage;
    }

    private void BeginWindow(long window)
    {
        _window = window;
        foreach (string idle in _tenants.Where(tenant => tenant.Value.Streams == 0).Select(tenant => tenant.Key).ToList()) _tenants.Remove(idle);
        foreach (var usage in _tenants.Values) usage.Audio = default;
    }

    private sealed class Usage
    {
        public int Streams { get; set; }

        public TimeSpan Audio { get; set; }
    }
}
