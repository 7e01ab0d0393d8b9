using System.Diagnostics;
using System.Globalization;
using AsrService.Cli.Service;

namespace AsrService.Cli.Load;

/// <summary>What a process has used.</summary>
/// <param name="Processor">Processor time since its start.</param>
/// <param name="Memory">Resident memory now, in bytes.</param>
internal readonly record struct ServerUsage(TimeSpan Processor, long Memory);

/// <summary>Ways to read what the service uses.</summary>
internal static class ServerUsages
{
    private static readonly string[] ProcessorNames =
        ["process_cpu_seconds_total", "process_cpu_time_seconds_total", "dotnet_process_cpu_time_seconds_total"];

    private static readonly string[] MemoryNames =
        ["process_resident_memory_bytes", "process_memory_usage_bytes", "dotnet_process_memory_working_set_bytes"];

    /// <summary>Of a process of this machine.</summary>
    /// <exception cref="UsageException">There is none of that id.</exception>
    public static ServerUsage OfProcess(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return new ServerUsage(process.TotalProcessorTime, process.WorkingSet64);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            throw new UsageException($"--server-pid: there is no process {id} that can be looked at.");
        }
    }

    /// <summary>Of a service anywhere, by its metrics page.</summary>
    /// <exception cref="ServiceException">It cannot be read, or lacks the figures.</exception>
    public static async Task<ServerUsage> OfMetricsAsync(HttpClient http, Uri page, CancellationToken cancellation)
    {
        try
        {
            string text = await http.GetStringAsync(page, cancellation);
            double? processor = Sum(text, ProcessorNames), memory = Sum(text, MemoryNames);
            if (processor is null || memory is null) throw new FormatException("it has no figures of the process.");
            return new ServerUsage(TimeSpan.FromSeconds(processor.Value), (long)memory.Value);
        }
        catch (Exception fault) when (fault is HttpRequestException or FormatException
            || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new ServiceException(ExitCodes.ServiceFailed, OneLine.Of($"{page}: {fault.Message}"), fault);
        }
    }

    /// <summary>The values of the first of the names that occurs, summed over its labels.</summary>
    internal static double? Sum(string page, IReadOnlyList<string> names)
    {
        var lines = page.Split('\n', StringSplitOptions.TrimEntries);
        foreach (string name in names)
        {
            var values = lines
                .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.AsSpan(name.Length) is [' ' or '{', ..])
                .Select(line => line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(words => words.SkipWhile(word => word == name).First())
                .Select(value => double.Parse(value, CultureInfo.InvariantCulture))
                .ToList();
            if (values.Count > 0) return values.Sum();
        }

        return null;
    }
}
