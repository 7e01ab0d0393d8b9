using System.Globalization;
using AsrService.Engine.Recordings;

namespace AsrService.Cli.Output;

/// <summary>How far the files are: one line that is redrawn on a terminal, a plain line every 10 % of a long file otherwise.</summary>
/// <remarks>Always on stderr, never in what is piped on.</remarks>
internal sealed class ProgressLine : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan ShortFile = TimeSpan.FromMinutes(5);

    private readonly TextWriter _to;
    private readonly IReadOnlyList<string> _paths;
    private readonly bool _isTerminal;
    private readonly Dictionary<int, int> _tenths = [];
    private int _drawn;

    public ProgressLine(TextWriter to, IReadOnlyList<string> paths)
    {
        (_to, _paths) = (to, paths);
        _isTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
    }

    public void Report(RecordingProgress progress)
    {
        if (_isTerminal) Draw(progress);
        else Announce(progress);
    }

    /// <summary>Writes something else without leaving half a bar behind.</summary>
    public void Interleave(Action write)
    {
        Erase();
        write();
    }

    public void Dispose() => Erase();

    private static double ShareOf(RecordingProgress progress) =>
        progress.Total is { } total && total > TimeSpan.Zero ? Math.Min(1, progress.Done / total) : 0;

    private static string Describe(RecordingProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"{ShareOf(progress):P0} of {Time(progress.Total)} ({Time(progress.Done)} done)");

    private static string Time(TimeSpan? time) => time is { } known ? known.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : "?";

    private void Draw(RecordingProgress progress)
    {
        int filled = (int)(ShareOf(progress) * BarWidth);
        string bar = new string('█', filled) + new string('░', BarWidth - filled);
        string name = _paths.Count == 1 ? "" : $"[{progress.Source + 1}/{_paths.Count}] ";
        string line = $"{name}{bar} {Describe(progress)}";
        _to.Write($"\r{line.PadRight(_drawn)}");
        _drawn = line.Length;
    }

    private void Announce(RecordingProgress progress)
    {
        if (progress.Total is not { } total || total < ShortFile) return;
        int tenth = (int)(ShareOf(progress) * 10);
        if (tenth <= _tenths.GetValueOrDefault(progress.Source) || tenth == 10) return;
        _tenths[progress.Source] = tenth;
        _to.WriteLine($"{_paths[progress.Source]}: {Describe(progress)}");
    }

    private void Erase()
    {
        if (_drawn == 0) return;
        _to.Write($"\r{new string(' ', _drawn)}\r");
        _drawn = 0;
    }
}
