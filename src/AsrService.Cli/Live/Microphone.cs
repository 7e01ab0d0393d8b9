using System.ComponentModel;
using System.Diagnostics;
using AsrService.Audio;

namespace AsrService.Cli.Live;

/// <summary>A microphone through the capture devices of the ffmpeg program.</summary>
internal sealed class Microphone
{
    private const string Program = "ffmpeg";
    private const int MaxErrors = 4096; // characters kept of what ffmpeg says

    private readonly Process _process;
    private readonly Task<string> _errors;

    private Microphone(Process process)
    {
        _process = process;
        _errors = ReadErrorsAsync(process.StandardError);
    }

    /// <summary>Starts the first capture system that gives sound.</summary>
    /// <param name="device">The system's name of the microphone; null for its default.</param>
    /// <exception cref="AudioFormatException">There is no ffmpeg, or no device that works.</exception>
    /// <exception cref="UsageException">The system has no default, so one must be named.</exception>
    public static AudioFeed Open(string? device)
    {
        var failures = new List<string>();
        foreach (var (format, input) in Inputs(device))
        {
            var microphone = new Microphone(Start(format, input));
            var first = new byte[2];
            var output = microphone._process.StandardOutput.BaseStream;
            if (output.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length)
            {
                var reader = new RawPcmReader(
                    new PrefixedStream(first, output), "microphone", RawFormat.Default.Rate, RawFormat.Default.Channels);
                return new AudioFeed(reader, microphone.Stop);
            }

            failures.Add($"{format}: {microphone.FirstError()}");
        }

        throw new AudioFormatException($"--mic: no microphone gives sound ({string.Join("; ", failures)}).");
    }

    /// <summary>ffmpeg's name of each capture system to try, and its input.</summary>
    private static (string Format, string Input)[] Inputs(string? device)
    {
        if (OperatingSystem.IsMacOS()) return [("avfoundation", $":{device ?? "default"}")];
        if (OperatingSystem.IsWindows())
        {
            return [("dshow", $"audio={device ?? throw new UsageException(
                "--mic: Windows has no default microphone for ffmpeg: name one with --device "
                + "(\"ffmpeg -list_devices true -f dshow -i dummy\" lists them).")}")];
        }

        return [("pulse", device ?? "default"), ("alsa", device ?? "default")];
    }

    private static Process Start(string format, string input)
    {
        string[] arguments =
        [
            "-nostdin", "-v", "error", "-fflags", "nobuffer", "-f", format, "-i", input,
            "-ac", "1", "-ar", "16000", "-f", "s16le", "-flush_packets", "1", "pipe:1",
        ];
        try
        {
            return Process.Start(new ProcessStartInfo(Program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception fault)
        {
            throw new AudioFormatException(
                $"--mic: needs the ffmpeg program, and it cannot be started "
                + $"({(fault.NativeErrorCode == 2 ? "not found on PATH" : fault.Message)}); install ffmpeg.", fault);
        }
    }

    private static async Task<string> ReadErrorsAsync(StreamReader from)
    {
        string errors = "";
        while (await from.ReadLineAsync() is { } line)
        {
            if (errors.Length < MaxErrors) errors += line + "\n";
        }

        return errors;
    }

    /// <summary>The first line of what ffmpeg said, without the "[demuxer @ address]" before it.</summary>
    private string FirstError()
    {
        _process.WaitForExit();
        string line = _errors.GetAwaiter().GetResult().Split('\n')[0].Trim();
        int tag = line.StartsWith('[') ? line.IndexOf("] ", StringComparison.Ordinal) : -1;
        if (tag >= 0) line = line[(tag + 2)..];
        return line.Length > 0 ? line : $"ffmpeg ended with exit code {_process.ExitCode}";
    }

    private void Stop()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself.
        }
    }
}
