using System.Net;
using AsrService.Cli.Service;

namespace AsrService.Cli.Hub;

/// <summary>A request that may succeed when it is made again.</summary>
/// <param name="message">What happened, as the end of "hub: …".</param>
/// <param name="retryAfter">How long the hub asks to wait; null where it does not say.</param>
/// <param name="cause">The failure beneath.</param>
internal sealed class HubRetryException(string message, TimeSpan? retryAfter = null, Exception? cause = null)
    : Exception(message, cause)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>What an answer of a hub means.</summary>
internal static class HubFaults
{
    /// <summary>Returns where the answer has what was asked for.</summary>
    /// <param name="subject">What was asked for.</param>
    /// <param name="answer">The answer; read as far as its head.</param>
    /// <exception cref="HubRetryException">It may have it later.</exception>
    /// <exception cref="ServiceException">It has not.</exception>
    public static void Check(string subject, HttpResponseMessage answer)
    {
        var code = answer.StatusCode;
        if (answer.IsSuccessStatusCode) return;
        string said = $"{subject}: the hub answers {(int)code} {answer.ReasonPhrase}";
        throw code switch
        {
            HttpStatusCode.NotFound => new ServiceException(ExitCodes.Usage, $"{subject}: there is no such model or revision on the hub."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                new ServiceException(ExitCodes.Usage, $"{subject}: does not exist on the hub, or is not public ({(int)code})."),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
                or HttpStatusCode.RequestedRangeNotSatisfiable => new HubRetryException(said + ".", WaitOf(answer)),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new ServiceException(ExitCodes.ServiceFailed, $"{said}, a redirection that is not followed."),
            _ => new ServiceException(ExitCodes.ServiceFailed, said + "."),
        };
    }

    /// <summary>Makes failures of the network ones that are tried again.</summary>
    public static async Task<T> GuardAsync<T>(string subject, Func<Task<T>> request, CancellationToken cancellation)
    {
        try
        {
            return await request();
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new HubRetryException($"{subject}: {fault.Message}", cause: fault);
        }
        catch (OperationCanceledException fault) when (!cancellation.IsCancellationRequested)
        {
            throw new HubRetryException($"{subject}: the hub does not go on.", cause: fault);
        }
    }

    private static TimeSpan? WaitOf(HttpResponseMessage answer)
    {
        if (answer.Headers.RetryAfter is not { } after) return null;
        var wait = after.Delta ?? after.Date - (answer.Headers.Date ?? TimeProvider.System.GetUtcNow());
        return wait > TimeSpan.Zero ? wait : null;
    }
}
