using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AsrService.Audio;

/// <summary>
/// The standard output of a running ffmpeg, as a stream to read. Its errors arrive as exceptions of the read that met
/// them; disposing ends the process and waits until it is gone.
/// </summary>
internal sealed class FfmpegOutput : Stream
{
    private const int MaxErrorLength = 4096;

    private readonly string _name;
    private readonly FfmpegOptions _options;
    private readonly Process _process;
    private readonly Thread _errorReader; // ffmpeg would stop at a full pipe
    private readonly ITimer _watchdog;
    private readonly byte[] _errors = new byte[MaxErrorLength];
    private int _errorLength;
    private TimeSpan _waited;
    private long _taken;
    private bool _isDisposed;
    private volatile bool _timedOut;

    public FfmpegOutput(string name, IEnumerable<string> arguments, FfmpegOptions options)
    {
        _name = name;
        _options = options;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(options.Program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            _process.Start();
        }
        catch (Win32Exception fault)
        {
            _process.Dispose();
            throw new AudioFormatException(
                $"{name}: reading this format needs the ffmpeg program, and '{options.Program}' cannot be started "
                + $"({fault.NativeErrorCode switch { 2 => "not found on PATH", _ => fault.Message }}); "
                + "install ffmpeg, or convert the file to WAV.", fault);
        }

        _errorReader = new Thread(ReadErrors) { IsBackground = true, Name = "ffmpeg errors" };
        _errorReader.Start();
        _watchdog = TimeProvider.System.CreateTimer(
            _ => StopForTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    [SuppressMessage("Design", "CA1065", Justification = "What a stream that cannot seek does.")]
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        long since = TimeProvider.System.GetTimestamp();
        _watchdog.Change(_options.TimeLimit - _waited, Timeout.InfiniteTimeSpan);
        int read = _process.StandardOutput.BaseStream.Read(buffer);
        if (read == 0) CheckEnd();
        _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _waited += TimeProvider.System.GetElapsedTime(since);
        if (_timedOut || _waited >= _options.TimeLimit) throw TookTooLong();

        _taken += read;
        if (_taken > _options.MaxOutputBytes)
        {
            throw new AudioFormatException(
                $"{_name}: decodes to more than {_options.MaxOutputBytes} bytes, the limit of "
                + "FfmpegOptions.MaxOutputBytes.");
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _watchdog.Dispose();
            Kill();
            _process.WaitForExit();
            _errorReader.Join();
            _process.Dispose();
        }

        base.Dispose(disposing);
    }

    private void CheckEnd()
    {
        _process.WaitForExit(); // the watchdog still runs
        _errorReader.Join();
        if (_timedOut) throw TookTooLong();
        if (_process.ExitCode == 0) return;
        throw new AudioFormatException($"{_name}: ffmpeg cannot decode it: {FirstError()}");
    }

    private void ReadErrors()
    {
        var errors = _process.StandardError.BaseStream;
        Span<byte> overflow = stackalloc byte[512];
        while (true)
        {
            bool isFull = _errorLength == _errors.Length;
            int read = errors.Read(isFull ? overflow : _errors.AsSpan(_errorLength));
            if (read == 0) return;
            if (!isFull) _errorLength += read;
        }
    }

    /// <summary>The first line without the "[demuxer @ address]" before it.</summary>
    private string FirstError()
    {
        string line = Encoding.UTF8.GetString(_errors, 0, _errorLength).Split('\n')[0].Trim();
        int tag = line.StartsWith('[') ? line.IndexOf("] ", StringComparison.Ordinal) : -1;
        if (tag >= 0) line = line[(tag + 2)..];
        return line.Length > 0 ? line : string.Create(CultureInfo.InvariantCulture, $"exit code {_process.ExitCode}");
    }

    private AudioFormatException TookTooLong() => new(string.Create(CultureInfo.InvariantCulture,
        $"{_name}: ffmpeg took longer than {_options.TimeLimit.TotalSeconds:0.###} s, FfmpegOptions.TimeLimit."));

    private void StopForTime()
    {
        _timedOut = true;
        Kill();
    }

    private void Kill()
    {
        try
        {
            // With its children: the program may be a wrapper, and the pipes close only when all of them are gone.
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself.
        }
    }
}
