using AsrService.Engine;
using AsrService.Engine.Decoding;
using AsrService.Models.Checkpoints;
using AsrService.Tokenizer;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Tells those who run the service why it did not start.</summary>
internal static class StartupFailures
{
    /// <summary>A line for each mistake; none for what is no mistake of theirs.</summary>
    public static IReadOnlyList<string> Describe(Exception failure) => failure switch
    {
        OptionsValidationException invalid => [.. invalid.Failures.Select(OneLine)],
        AggregateException several => [.. several.InnerExceptions.SelectMany(Describe)],
        CheckpointException or TokenizerException or AsrException or ModelFaultException => [OneLine(failure.Message)],
        IOException or UnauthorizedAccessException => [OneLine(failure.Message)], // addresses, mostly
        ObjectDisposedException => [],
        // Settings and arguments that cannot be read, certificates that are missing.
        FormatException or InvalidOperationException => [OneLine(failure.Message)],
        System.Net.Sockets.SocketException => [OneLine(failure.Message)],
        _ => [],
    };

    private static string OneLine(string message) => string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries));
}
