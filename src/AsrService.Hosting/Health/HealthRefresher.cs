using Microsoft.Extensions.Hosting;

namespace AsrService.Hosting;

/// <summary>Keeps those who watch the health up to date.</summary>
internal sealed class HealthRefresher(ServiceHealth health, ServiceState state, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = state.Stopping.UnsafeRegister(static it => ((ServiceHealth)it!).Refresh(), health);
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
    }
}
