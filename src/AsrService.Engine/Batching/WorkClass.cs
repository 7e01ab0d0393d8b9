namespace AsrService.Engine.Batching;

/// <summary>Order in which work gets the model; within a class, what is due longest comes first.</summary>
internal enum WorkClass
{
    /// <summary>A live segment's last decoding.</summary>
    Final,

    /// <summary>The first hypothesis of a live segment.</summary>
    FirstRefresh,

    /// <summary>A further hypothesis of a live segment.</summary>
    Refresh,

    /// <summary>Times for the words of a text; before refreshes once it has waited 200 ms.</summary>
    Alignment,

    /// <summary>A piece of a recording.</summary>
    File,
}

/// <summary>Where work stands in the order: its class, until it has waited so long that it goes before everything.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Due">Timestamp since when it waits.</param>
/// <param name="Credit">Taken off the due time within the class: who had to skip goes earlier the next time.</param>
internal readonly record struct WorkRank(WorkClass Class, long Due, long Credit = 0)
{
    /// <summary>Orders go from 0 to this.</summary>
    public const int LastOrder = 5;

    private static readonly TimeSpan LateAlignment = TimeSpan.FromMilliseconds(200);

    /// <summary>Nobody starves: after this time work of any class is served like a final.</summary>
    private static TimeSpan PatienceOf(WorkClass workClass) => workClass switch
    {
        WorkClass.File => TimeSpan.FromSeconds(2),
        WorkClass.Refresh => TimeSpan.FromSeconds(10), // under heavy overload finals go on before partials
        WorkClass.Alignment => TimeSpan.FromSeconds(5), // and before times, which nobody waits for to read on
        _ => TimeSpan.FromSeconds(1),
    };

    /// <summary>Sorts first what goes first.</summary>
    public (int Order, long Due) KeyAt(TimeProvider time, long now)
    {
        var waited = time.GetElapsedTime(Due, now);
        return waited > PatienceOf(Class) ? (0, Due) : (OrderOf(Class, waited), Due - Credit);
    }

    /// <summary>The same when the work has come further. Long work takes turns: its waiting begins anew; an alignment that
    /// was late stays late.</summary>
    public WorkRank Further(TimeProvider time, long now) => Class switch
    {
        WorkClass.File => this with { Due = now },
        WorkClass.Alignment => this with { Due = Math.Max(Due, now - (long)(LateAlignment.TotalSeconds * time.TimestampFrequency)) },
        _ => this,
    };

    private static int OrderOf(WorkClass workClass, TimeSpan waited) => workClass switch
    {
        WorkClass.Final => 0,
        WorkClass.FirstRefresh => 1,
        WorkClass.Alignment when waited >= LateAlignment => 2,
        WorkClass.Refresh => 3,
        WorkClass.Alignment => 4,
        _ => LastOrder,
    };
}
