using System.Globalization;
using AsrService.Engine.Recordings;
using Spectre.Console;

namespace AsrService.Cli.Output;

/// <summary>
/// How far the files are: one line that is redrawn on a terminal, a plain line every 10 % of a long file otherwise.
/// </summary>
/// <remarks>
/// Always on stderr, never in what is piped on. Not Spectre's live bars: they own the terminal while they run, and the
/// transcripts that appear meanwhile on stdout, mostly the same terminal, would be drawn over.
/// </remarks>
internal sealed class ProgressLine : IDisposable
{
    private const int WideBar = 20, NarrowBar = 8, UnknownWidth = 80;
    private static readonly TimeSpan ShortFile = TimeSpan.FromMinutes(5);

    private readonly TextWriter _to;
    private readonly IReadOnlyList<string> _paths;
    private readonly bool _isTerminal;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly Dictionary<int, RecordingProgress> _open = [];
    private readonly Dictionary<int, int> _tenths = [];
    private TimeSpan _finished; // audio of files that are done
    private int _next; // the first file that is not
    private bool _isDrawn;

    public ProgressLine(TextWriter to, IReadOnlyList<string> paths)
    {
        (_to, _paths) = (to, paths);
        _isTerminal = !Console.IsErrorRedirected
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
    }

    /// <summary>Shows the first file before anything is known of it.</summary>
    public void Begin() => Draw();

    public void Report(RecordingProgress progress)
    {
        _open[progress.Source] = progress;
        if (_isTerminal) Draw();
        else Announce(progress);
    }

    /// <summary>Writes the result of a file without leaving half a bar behind.</summary>
    public void Interleave(int source, Action write)
    {
        Erase();
        write();
        if (_open.Remove(source, out var last)) _finished += last.Done;
        _next = source + 1;
        Draw();
    }

    public void Dispose() => Erase();

    private static double ShareOf(RecordingProgress progress) =>
        progress.Total is { } total && total > TimeSpan.Zero ? Math.Min(1, progress.Done / total) : 0;

    private static string Time(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");

    /// <summary>As "0:03:00 of 0:30:00, 241× real time".</summary>
    private string Describe(RecordingProgress progress)
    {
        string length = progress.Total is { } total ? $" of {Time(total)}" : "";
        var work = TimeProvider.System.GetElapsedTime(_started);
        double speed = (_finished + Sum(_open.Values)) / work;
        double rounded = Math.Round(speed, speed < 10 ? 1 : 0);
        string pace = rounded > 0 ? string.Create(CultureInfo.InvariantCulture, $", {rounded}× real time") : "";
        return $"{Time(progress.Done)}{length}{pace}";
    }

    private static TimeSpan Sum(IEnumerable<RecordingProgress> open) =>
        open.Aggregate(TimeSpan.Zero, (sum, progress) => sum + progress.Done);

    private static string Percent(RecordingProgress progress) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)(100 * ShareOf(progress)),3} %");

    private void Draw()
    {
        if (!_isTerminal || _next >= _paths.Count) return;
        var progress = _open.GetValueOrDefault(_next, new RecordingProgress(_next, TimeSpan.Zero, null));
        int width = Width() - 1, barWidth = width + 1 >= UnknownWidth ? WideBar : NarrowBar;
        int filled = (int)(ShareOf(progress) * barWidth);
        string bar = new string('█', filled) + new string('░', barWidth - filled);
        string place = _paths.Count == 1 ? "" : $"[{_next + 1}/{_paths.Count}] ";
        string rest = $" {bar} {Percent(progress)}  {Describe(progress)}";
        int room = width - place.Length - rest.GetCellWidth();
        Erase();
        _to.Write(Fit($"{place}{ShortName(_paths[_next], Math.Max(8, room))}{rest}", width));
        _isDrawn = true;
    }

    private void Announce(RecordingProgress progress)
    {
        if (progress.Total is not { } total || total < ShortFile) return;
        int tenth = (int)(ShareOf(progress) * 10);
        if (tenth <= _tenths.GetValueOrDefault(progress.Source) || tenth == 10) return;
        _tenths[progress.Source] = tenth;
        _to.WriteLine($"{OneLine.Of(_paths[progress.Source])}: {tenth * 10} %, {Describe(progress)}");
    }

    private void Erase()
    {
        if (_isDrawn) _to.Write("\r\e[K");
        _isDrawn = false;
    }

    private static string ShortName(string path, int width)
    {
        string name = OneLine.Of(Path.GetFileName(path));
        return name.GetCellWidth() <= width ? name : Fit(name, width - 1) + "…";
    }

    /// <summary>
    /// The start of a text that fits: a line that wraps could not be erased. CJK characters are two cells wide.
    /// </summary>
    private static string Fit(string text, int width)
    {
        int cells = 0;
        for (int i = 0; i < text.Length; i++)
        {
            cells += text[i].GetCellWidth();
            if (cells > width) return text[..i];
        }
        return text;
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 20 and var width ? width : UnknownWidth;
        }
        catch (IOException)
        {
            return UnknownWidth;
        }
    }
}
