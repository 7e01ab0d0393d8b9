using AsrService.TestKit;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Hosting.Tests.Quotas;

[Trait("Category", "Unit")]
public class TenantQuotasTests
{
    private static readonly Caller Acme = new("acme", false), Umbrella = new("umbrella", false);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Enter_WithoutQuotas_IsNeverRefused()
    {
        var quotas = Make(new());

        using var lease = quotas.Enter(Acme, 10_000);

        Assert.True(lease.TryTake(TimeSpan.FromDays(9_999)));
    }

    [Fact]
    public void Enter_OverTheStreams_IsRefusedUntilOneLeaves()
    {
        var quotas = Make(new() { MaxStreams = 3 });
        var two = quotas.Enter(Acme, 2);
        using var third = quotas.Enter(Acme, 1);

        var refused = Assert.Throws<RpcException>(() => quotas.Enter(Acme, 1));
        using var other = quotas.Enter(Umbrella, 3);
        two.Dispose();
        two.Dispose(); // which frees them once
        using var again = quotas.Enter(Acme, 2);
        Assert.Throws<RpcException>(() => quotas.Enter(Acme, 1));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        var status = refused.GetRpcStatus()!;
        Assert.Equal(ErrorReasons.TenantQuota, status.GetDetail<ErrorInfo>()!.Reason);
        Assert.Equal("tenant:acme", Assert.Single(status.GetDetail<QuotaFailure>()!.Violations).Subject);
        Assert.Equal(Duration.FromTimeSpan(TimeSpan.FromSeconds(1)), status.GetDetail<RetryInfo>()!.RetryDelay);
    }

    [Fact]
    public void Enter_ATenantWithQuotasOfItsOwn_HasThose()
    {
        var quotas = Make(new()
        {
            MaxStreams = 1,
            Tenants = new Dictionary<string, TenantQuotaOptions> { ["acme"] = new() { MaxStreams = 0 }, ["umbrella"] = new() { MaxAudio = TimeSpan.FromSeconds(1) } },
        });

        using var many = quotas.Enter(Acme, 100);
        using var one = quotas.Enter(Umbrella, 1);

        Assert.Throws<RpcException>(() => quotas.Enter(Umbrella, 1));
        Assert.False(one.TryTake(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void TryTake_OverTheAudio_IsFalseUntilTheNextWindow()
    {
        var quotas = Make(new() { MaxAudio = TimeSpan.FromMinutes(10), Window = TimeSpan.FromHours(1) });
        _time.Advance(TimeSpan.FromMinutes(15));
        using var lease = quotas.Enter(Acme, 1);

        Assert.True(lease.TryTake(TimeSpan.FromMinutes(10)));
        Assert.False(lease.TryTake(TimeSpan.FromTicks(1)));
        var refused = Assert.Throws<RpcException>(() => quotas.Enter(Acme, 1));
        Assert.Equal(TimeSpan.FromMinutes(45), refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan());
        Assert.Equal(refused.Status.Detail, lease.UsedUp().Status.Detail);
        using (quotas.Enter(Umbrella, 1))
        {
        }

        _time.Advance(TimeSpan.FromMinutes(45));
        Assert.True(lease.TryTake(TimeSpan.FromMinutes(1)));
        using var next = quotas.Enter(Acme, 1);
    }

    private TenantQuotas Make(QuotaOptions quotas) =>
        new(Microsoft.Extensions.Options.Options.Create(new AsrOptions { Quotas = quotas }), _time);
}
