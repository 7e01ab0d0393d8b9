using AsrService.Contracts.V1;

namespace AsrService.Cli.Load;

/// <summary>What a load consists of.</summary>
/// <param name="Streams">At once.</param>
/// <param name="Pace">As in <see cref="Live.Pacer"/>.</param>
/// <param name="Duration">Audio that each stream sends.</param>
/// <param name="IsVerified">Whether finals are compared with those of unloaded streams afterwards.</param>
internal sealed record LoadPlan(int Streams, double Pace, TimeSpan Duration, bool IsVerified)
{
    private static readonly TimeSpan LongestStagger = TimeSpan.FromSeconds(10);

    /// <summary>Times of words that streams ask for.</summary>
    public WordTimes WordTimes { get; init; } = WordTimes.None;

    /// <summary>Blocks of each stream.</summary>
    public int Blocks => Math.Max(1, (int)Math.Ceiling(Duration.TotalSeconds * LoadTape.BlocksPerSecond));

    /// <summary>How long a stream lasts; zero where it has no pace.</summary>
    public TimeSpan Length => Pace > 0 ? Duration / Pace : TimeSpan.Zero;

    /// <summary>From the start of the first stream to that of the last: their refresh points shall not coincide.</summary>
    public TimeSpan Stagger
    {
        get
        {
            if (Streams == 1) return TimeSpan.Zero;
            var quarter = Length / 4;
            return quarter < LongestStagger ? quarter : LongestStagger;
        }
    }

    /// <summary>The piece of the tape of a stream; each begins elsewhere.</summary>
    public LoadStream StreamAt(LoadTape tape, int stream) => new(tape, (int)((long)stream * tape.Length / Streams), Blocks) { WordTimes = WordTimes };
}
