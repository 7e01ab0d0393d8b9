using AsrService.Kernels.Workers;
using Xunit;

namespace AsrService.Kernels.Tests.Workers;

[Trait("Category", "Unit")]
public sealed unsafe class WorkerSetTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Run_ManyJobs_EveryItemOnce(int threads)
    {
        const int Jobs = 25_000, MaxItems = 40;
        using var workers = new WorkerSet(threads);
        var random = new Random(threads);
        int* runs = stackalloc int[MaxItems];
        for (int job = 0; job < Jobs; job++)
        {
            int items = random.Next(MaxItems + 1);
            new Span<int>(runs, MaxItems).Clear();

            workers.Run(&Count, runs, items);

            for (int item = 0; item < MaxItems; item++)
            {
                if (runs[item] != (item < items ? 1 : 0)) Assert.Fail($"job {job}: item {item} of {items} ran {runs[item]} times");
            }
        }
    }

    [Fact]
    public void Run_HelpersAsleep_WakesAll()
    {
        using var workers = new WorkerSet(4);
        for (int round = 0; round < 50; round++)
        {
            Assert.True(SpinWait.SpinUntil(() => workers.Sleeping == 3, Timeout));
            var meeting = default(Meeting);

            workers.Run(&Meet, &meeting, 4); // no item ends before all have begun, so four threads must take part

            Assert.False(meeting.TimedOut);
            Assert.Equal(0b1111, meeting.Workers);
        }
    }

    [Fact]
    public void Dispose_AtAnyMoment_Ends()
    {
        int* runs = stackalloc int[8];
        for (int round = 0; round < 2000; round++)
        {
            var workers = new WorkerSet(3);
            if (round % 2 == 0) workers.Run(&Count, runs, 8);
            workers.Dispose();
            workers.Dispose();
            Assert.Throws<ObjectDisposedException>(() => workers.Run(&Count, null, 3));
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Run_ItemThrows_IsThrownHereAfterAllHaveEnded(int threads)
    {
        using var workers = new WorkerSet(threads);
        int* runs = stackalloc int[8];
        for (int round = 0; round < 500; round++)
        {
            var state = new Faulty { FailingItem = round % 7 };

            Assert.Throws<InvalidDataException>(() => RunFaulty(workers, ref state));
            Assert.Equal(0, state.Running);
            new Span<int>(runs, 8).Clear();
            workers.Run(&Count, runs, 8);
            for (int item = 0; item < 8; item++) Assert.Equal(1, runs[item]);
        }
    }

    private static void RunFaulty(WorkerSet workers, ref Faulty state)
    {
        fixed (Faulty* pointer = &state) workers.Run(&Fail, pointer, 7);
    }

    private static void Count(void* state, int item, int worker) => Interlocked.Increment(ref ((int*)state)[item]);

    private static void Meet(void* state, int item, int worker)
    {
        ref var meeting = ref *(Meeting*)state;
        Interlocked.Increment(ref meeting.Begun);
        Interlocked.Or(ref meeting.Workers, 1 << worker);
        long end = Environment.TickCount64 + (long)Timeout.TotalMilliseconds;
        while (Volatile.Read(ref meeting.Begun) < 4 && !meeting.TimedOut)
        {
            if (Environment.TickCount64 > end) meeting.TimedOut = true;
            Thread.Yield();
        }
    }

    private static void Fail(void* state, int item, int worker)
    {
        ref var faulty = ref *(Faulty*)state;
        Interlocked.Increment(ref faulty.Running);
        try
        {
            if (item == faulty.FailingItem) throw new InvalidDataException($"item {item}");
            Thread.SpinWait(100);
        }
        finally
        {
            Interlocked.Decrement(ref faulty.Running);
        }
    }

    private struct Meeting
    {
        public int Begun;
        public int Workers;
        public volatile bool TimedOut;
    }

    private struct Faulty
    {
        public int FailingItem;
        public int Running;
    }
}
