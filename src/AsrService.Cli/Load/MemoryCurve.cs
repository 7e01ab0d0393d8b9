namespace AsrService.Cli.Load;

/// <summary>Resident memory over a run, in bytes, read at even intervals.</summary>
internal sealed class MemoryCurve
{
    private const int Parts = 10;

    private readonly List<long> _read = [];

    /// <summary>Before the run.</summary>
    public long First => _read[0];

    public long Peak => _read.Max();

    /// <summary>Mean of the last tenth minus that of the second, when what is made once has been made.</summary>
    /// <value>Null where so few were read that a tenth is none.</value>
    public long? Growth => _read.Count < 2 * Parts ? null : (long)(MeanOf(Parts - 1) - MeanOf(1));

    public void Add(long bytes) => _read.Add(bytes);

    private double MeanOf(int part) =>
        _read.Take(_read.Count * (part + 1) / Parts).Skip(_read.Count * part / Parts).Average();
}
