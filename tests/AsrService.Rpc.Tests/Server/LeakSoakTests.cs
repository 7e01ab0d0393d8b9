using System.Buffers;
using System.Diagnostics;

namespace AsrService.Rpc.Tests.Server;

/// <summary>Minutes of callers who come, go, break off and lie; in the end nothing of theirs is left.</summary>
[Trait("Category", "Soak")]
[Collection(nameof(Alone))]
public class LeakSoakTests(ITestOutputHelper output)
{
    private const int WarmUpRounds = 10;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Server_MinutesOfBrokenCalls_KeepsNothing()
    {
        using var arrays = new PooledArrayCounter();
        AssertCounts(arrays);
        await using var server = await RpcServer.StartAsync();
        int running = 0;
        var echo = server.Handlers.Duplex;
        server.Handlers.Duplex = async (requests, responses, context) =>
        {
            Interlocked.Increment(ref running);
            try
            {
                await echo(requests, responses, context);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        };
        var traffic = new SoakTraffic(server);
        bool IsQuiet() => Volatile.Read(ref running) == 0 && server.OpenConnections == 0;

        for (int round = 0; round < WarmUpRounds; round++)
        {
            await traffic.RoundAsync();
        }

        Assert.True(await EventuallyAsync(IsQuiet), $"{running} handlers, {server.OpenConnections} connections");
        var baseline = await SettledAsync(arrays);
        output.WriteLine($"after {WarmUpRounds} rounds: {baseline}");

        var clock = Stopwatch.StartNew();
        int rounds = 0;
        for (; clock.Elapsed < Length; rounds++)
        {
            await traffic.RoundAsync();
            if (rounds % 100 == 99) output.WriteLine($"{rounds + 1} rounds on: {Resources.Measure(arrays)}");
        }

        Assert.True(await EventuallyAsync(IsQuiet), $"{running} handlers, {server.OpenConnections} connections");
        var end = await SettledAsync(arrays);
        output.WriteLine($"{rounds} rounds on, quiet: {end}");
        Assert.True(end.IsWithin(baseline), $"Before: {baseline}. After {rounds} rounds: {end}.");
        Assert.Empty(server.Logs.Messages);
    }

    private static void AssertCounts(PooledArrayCounter arrays)
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(1000);
        Assert.Equal(1, arrays.Outstanding);
        ArrayPool<byte>.Shared.Return(array);
        Assert.Equal(0, arrays.Outstanding);
    }

    // The pools of the runtime and of Kestrel give back after a minute what nobody has rented since.
    private static async Task<Resources> SettledAsync(PooledArrayCounter arrays)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (int second = 0; second < 90; second++)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            GC.Collect();
        }

        return Resources.Measure(arrays);
    }

    // Sockets are closed and timers end a little after the calls, and nothing tells when.
    private static async Task<bool> EventuallyAsync(Func<bool> isTrue)
    {
        using var patience = new CancellationTokenSource(CallExtensions.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!isTrue())
        {
            if (patience.IsCancellationRequested) return false;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return true;
    }
}

/// <summary>Tests that measure the whole process: none other runs beside them.</summary>
[CollectionDefinition(DisableParallelization = true)]
public class Alone;
