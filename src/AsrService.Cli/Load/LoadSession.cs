using System.Diagnostics;
using AsrService.Cli.Service;
using Grpc.Core;

namespace AsrService.Cli.Load;

/// <summary>A run from its first stream to its report.</summary>
/// <param name="address">Of the service.</param>
/// <param name="access">What it is told of the caller.</param>
/// <param name="plan">What to do.</param>
/// <param name="tape">The audio.</param>
/// <param name="readServer">Reads what the service uses; null where nobody can.</param>
internal sealed class LoadSession(
    string address, ServiceAccess access, LoadPlan plan, LoadTape tape, Func<CancellationToken, Task<ServerUsage>>? readServer)
{
    /// <summary>Runs it. When stopped, what was measured so far is reported, and nothing is verified.</summary>
    /// <exception cref="ServiceException">The service cannot be reached.</exception>
    public async Task<LoadReport> RunAsync(CancellationToken stop)
    {
        using var run = new LoadRun(address, access, plan, tape);
        try
        {
            var model = await run.FindModelAsync(stop);
            var report = LoadReport.Of(await MeasureAsync(run, model.Name, stop));
            return plan.IsVerified && !report.IsInterrupted && report.StreamsFailed == 0
                ? report with { Verification = await run.VerifyAsync(stop) }
                : report;
        }
        catch (RpcException failure)
        {
            stop.ThrowIfCancellationRequested();
            throw ServiceFaults.Explain(address, address, failure);
        }
    }

    private async Task<LoadMeasurement> MeasureAsync(LoadRun run, string model, CancellationToken stop)
    {
        using var server = readServer is null ? null : await ServerWatch.StartAsync(readServer, stop);
        using var client = await ServerWatch.StartAsync(_ => Task.FromResult(ServerUsages.OfProcess(Environment.ProcessId)), stop);
        long started = Stopwatch.GetTimestamp();
        var outcomes = await run.RunAsync(stop);
        var elapsed = Stopwatch.GetElapsedTime(started);
        return new LoadMeasurement(
            plan, model, stop.IsCancellationRequested, elapsed, outcomes,
            server is null ? null : FiguresOf(await server.StopAsync(), elapsed), FiguresOf(await client.StopAsync(), elapsed));
    }

    private static ProcessFigures FiguresOf((TimeSpan Processor, MemoryCurve Memory) used, TimeSpan elapsed) => new(
        Math.Round(used.Processor.TotalSeconds, 3), Math.Round(used.Processor / elapsed, 3),
        used.Memory.First, used.Memory.Peak, used.Memory.Growth);
}
