using AsrService.Contracts.V1;

namespace AsrService.Cli.Load;

/// <summary>What became of one stream's finals beside those of another.</summary>
/// <param name="Compared">Finals that should have come.</param>
/// <param name="Lost">Of them those that did not.</param>
/// <param name="Doubled">That came more than once.</param>
/// <param name="Different">Whose end, text or language is another.</param>
/// <param name="Invented">That should not have come.</param>
internal readonly record struct FinalsDifference(int Compared, int Lost, int Doubled, int Different, int Invented)
{
    public bool IsNone => (Lost, Doubled, Different, Invented) == (0, 0, 0, 0);

    public static FinalsDifference operator +(FinalsDifference a, FinalsDifference b) => new(
        a.Compared + b.Compared, a.Lost + b.Lost, a.Doubled + b.Doubled, a.Different + b.Different, a.Invented + b.Invented);
}

/// <summary>The finals of one stream of one channel, in a few bytes each: a segment's place, and a hash of its text.</summary>
internal sealed class FinalsLedger
{
    private readonly List<(long Start, Content Content)> _finals = []; // ticks

    /// <summary>Notes a final.</summary>
    public void Add(Result final) => _finals.Add((
        final.Start?.ToTimeSpan().Ticks ?? 0,
        new Content(
            final.End?.ToTimeSpan().Ticks ?? 0, final.StableText.Length,
            HashCode.Combine(final.StableText, final.Language?.Name))));

    /// <summary>Compares it, segment by segment, with what should have come.</summary>
    public FinalsDifference CompareTo(FinalsLedger expected)
    {
        var found = new Dictionary<long, Content>();
        int doubled = _finals.Count(final => !found.TryAdd(final.Start, final.Content));
        int lost = 0, different = 0;
        foreach (var (start, content) in expected._finals)
        {
            if (!found.Remove(start, out var came)) lost++;
            else if (came != content) different++;
        }

        return new FinalsDifference(expected._finals.Count, lost, doubled, different, found.Count);
    }

    private readonly record struct Content(long End, int Length, int Hash);
}
