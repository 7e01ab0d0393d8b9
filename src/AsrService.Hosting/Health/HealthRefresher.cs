using Microsoft.Extensions.Hosting;

namespace AsrService.Hosting;

/// <summary>Keeps those who watch the health up to date.</summary>
internal sealed class HealthRefresher(ServiceHealth health, DrainController drain, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        drain.Changed += health.Refresh;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do health.Refresh();
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
        finally
        {
            drain.Changed -= health.Refresh;
        }
    }
}
