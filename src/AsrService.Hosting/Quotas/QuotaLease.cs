namespace AsrService.Hosting;

/// <summary>The places of one call in its tenant's quota. Thread-safe.</summary>
public sealed class QuotaLease : IDisposable
{
    private readonly TenantQuotas _quotas;
    private readonly string _tenant;
    private int _streams;

    internal QuotaLease(TenantQuotas quotas, string tenant, int streams) =>
        (_quotas, _tenant, _streams) = (quotas, tenant, streams);

    /// <summary>Counts audio that has been taken in.</summary>
    /// <param name="audio">Its length, times its channels.</param>
    /// <returns>False once the tenant has sent more than it may: what was taken in is still to be recognized.</returns>
    public bool TryTake(TimeSpan audio) => _quotas.TryTake(_tenant, audio);

    /// <summary>The answer to a call that ends because the tenant has sent more than it may.</summary>
    public Grpc.Core.RpcException UsedUp() => _quotas.AudioUsedUp(_tenant);

    /// <summary>Gives the places back.</summary>
    public void Dispose() => _quotas.Leave(_tenant, Interlocked.Exchange(ref _streams, 0));
}
