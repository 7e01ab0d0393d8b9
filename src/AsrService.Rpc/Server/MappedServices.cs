namespace AsrService.Rpc.Server;

/// <summary>Says which service is mapped first: it also maps what no service answers, once for all.</summary>
internal sealed class MappedServices
{
    private int _count;

    public bool IsFirst() => Interlocked.Increment(ref _count) == 1;
}
