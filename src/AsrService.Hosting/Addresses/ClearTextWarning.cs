using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Warns at the start where credentials would cross a network in clear text.</summary>
internal sealed partial class ClearTextWarning(
    IConfiguration configuration, IOptions<AsrOptions> options, ILogger<ClearTextWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Auth.AsksCallers) return Task.CompletedTask;
        foreach (var (setting, url) in LoopbackGuard.Endpoints(configuration))
        {
            if (LoopbackGuard.IsClearTextBeyondLoopback(url)) Log.ClearText(logger, setting, url);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Warning,
            "{Setting}: {Url} takes credentials in clear text from other machines; use https, or let a proxy in front of it.")]
        public static partial void ClearText(ILogger logger, string setting, string url);
    }
}
