using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Lets through whose credentials are good, before anything of a message is read; whatever is not marked as open needs
/// them, methods that do not exist as well.
/// </summary>
internal sealed partial class CallerGate(
    RequestDelegate next, Authenticator authenticator, HostingMetrics metrics, IOptions<AsrOptions> options, ILogger<CallerGate> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (authenticator.AsksCallers && !IsOpen(http))
        {
            var verdict = await authenticator.JudgeAsync(http);
            if (verdict.Caller is not { } caller)
            {
                await RefuseAsync(http, verdict.Fault);
                return;
            }

            CallerAccess.Note(http, caller);
        }

        await next(http);
    }

    private bool IsOpen(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<OpenEndpoint>() is { } open
        && (!open.ToLocalOnly || options.Value.Auth.OpenMetrics || CallerAccess.IsLocal(http));

    private Task RefuseAsync(HttpContext http, AuthFault fault)
    {
        metrics.AuthFailed(fault);
        Log.Refused(logger, fault);
        var refusal = fault == AuthFault.ProviderUnreachable ? Refusals.CredentialsUnchecked() : Refusals.Credentials(CauseOf(fault));
        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { } method)
            metrics.CallEnded(method.Method.FullName, refusal.StatusCode, TimeSpan.Zero);
        http.Response.Headers.WWWAuthenticate = authenticator.Challenge;
        return RefusalWriter.WriteAsync(http, refusal);
    }

    private static string CauseOf(AuthFault fault) => fault switch
    {
        AuthFault.Missing => "missing",
        AuthFault.Malformed => "malformed",
        AuthFault.Expired => "expired",
        _ => "invalid",
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A caller was refused: {Fault}.")]
        public static partial void Refused(ILogger logger, AuthFault fault);
    }
}
