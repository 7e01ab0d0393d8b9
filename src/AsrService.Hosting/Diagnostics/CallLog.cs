using Microsoft.Extensions.Logging;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Hosting;

/// <summary>
/// Logs that calls begin and end: whose, under which ids, and how. Never what is said or looked for. A caller's own id
/// is printable ASCII of at most 128 characters by then, so it cannot look like another line.
/// </summary>
internal sealed partial class CallLog(ILogger<CallLog> logger)
{
    /// <summary>Runs a call whose first message is accepted.</summary>
    /// <param name="method">The rpc.</param>
    /// <param name="session">The session, or what results of a file are named by.</param>
    /// <param name="caller">Whose call it is.</param>
    /// <param name="requestId">The caller's own id; empty where he gave none.</param>
    /// <param name="run">The call.</param>
    public async Task FollowAsync(string method, string session, Caller caller, string requestId, Func<Task> run)
    {
        Log.Began(logger, method, session, caller.Tenant, requestId);
        Exception? failure = null;
        try
        {
            await run();
        }
        catch (Exception thrown)
        {
            failure = thrown;
            throw;
        }
        finally
        {
            var (reason, code) = CallEnding.Of(failure, V1.EndReason.AudioCompleted);
            Log.Ended(logger, method, session, caller.Tenant, requestId, StatusNames.Of(code), reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Method} {Session} began; tenant \"{Tenant}\", request \"{RequestId}\".")]
        public static partial void Began(ILogger logger, string method, string session, string tenant, string requestId);

        [LoggerMessage(
            2, LogLevel.Information, "{Method} {Session} ended with {Status}, {Reason}; tenant \"{Tenant}\", request \"{RequestId}\".")]
        public static partial void Ended(
            ILogger logger, string method, string session, string tenant, string requestId, string status, string reason);
    }
}
