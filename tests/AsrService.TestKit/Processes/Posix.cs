using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace AsrService.TestKit;

/// <summary>The few calls of the system that tests of processes need; Linux on 64 bits.</summary>
public static class Posix
{
    private const int Interrupt = 2, ReadAndWrite = 0x180; // SIGINT; 0600
    private const int Children = -1; // RUSAGE_CHILDREN
    private const int MaxRss = 4; // in struct rusage, in longs: after two timevals

    /// <summary>Sends SIGINT, as Ctrl-C does.</summary>
    public static void SendInterrupt(int process) => Check(kill(process, Interrupt));

    /// <summary>
    /// Gives SIGINT its default effect where it is ignored, and so in the processes started from now on. A shell without
    /// job control starts what it puts into the background that way, and children inherit it.
    /// </summary>
    public static void HeedInterrupt()
    {
        if (SignalsOf("self", "SigIgn")) signal(Interrupt, 0); // SIG_DFL
    }

    /// <summary>Whether a process has a handler for SIGINT.</summary>
    public static bool HandlesInterrupt(int process) => SignalsOf($"{process}", "SigCgt");

    /// <summary>Makes a named pipe.</summary>
    public static void MakePipe(string path) => Check(mkfifo(Encoding.UTF8.GetBytes(path + '\0'), ReadAndWrite));

    /// <summary>
    /// Largest resident memory that any child process which has ended ever had, in bytes: a bound for each of them.
    /// </summary>
    public static long PeakRssOfChildren()
    {
        var usage = new long[18];
        Check(getrusage(Children, usage));
        return usage[MaxRss] * 1024;
    }

    /// <summary>Command lines of all processes in which a text occurs; arguments are separated by spaces.</summary>
    public static IReadOnlyList<string> ProcessesWith(string text)
    {
        var found = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out _)) continue;
            try
            {
                string line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
                if (line.Contains(text, StringComparison.Ordinal)) found.Add(line);
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return found;
    }

    private static bool SignalsOf(string process, string mask) // whether the mask has the bit of SIGINT
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(mask + ":", StringComparison.Ordinal));
        return (Convert.ToUInt64(line[(mask.Length + 1)..].Trim(), 16) & 1UL << (Interrupt - 1)) != 0;
    }

    private static void Check(int result)
    {
        if (result != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint signal(int number, nint handler);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mkfifo(byte[] path, uint mode);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int getrusage(int who, [Out] long[] usage);
}
