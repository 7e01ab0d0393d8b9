using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AsrService.Tokenizer;

/// <summary>
/// Ids of units met before, shared by all streams. Full means emptied: the units in use are back within a sentence, and
/// nothing has to be tracked on a hit. Thread-safe.
/// </summary>
internal sealed class UnitCache
{
    /// <summary>Longer units, in UTF-16 units, are rarely met again.</summary>
    public const int LongestUnit = 32;

    /// <summary>Units held at most, give or take one for each thread that adds at the same moment.</summary>
    public const int Capacity = 1 << 14;

    private readonly ConcurrentDictionary<string, int[]> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _count; // the dictionary's own Count takes all its locks

    public UnitCache() => _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Number of units held.</summary>
    public int Count => Volatile.Read(ref _count);

    public bool TryGet(ReadOnlySpan<char> unit, [NotNullWhen(true)] out int[]? ids)
    {
        ids = null;
        return unit.Length <= LongestUnit && _lookup.TryGetValue(unit, out ids);
    }

    public void Add(ReadOnlySpan<char> unit, ReadOnlySpan<int> ids)
    {
        if (unit.Length > LongestUnit) return;
        if (Count >= Capacity)
        {
            _ids.Clear();
            Volatile.Write(ref _count, 0);
        }

        if (_lookup.TryAdd(unit, ids.ToArray())) Interlocked.Increment(ref _count);
    }
}
