using System.Text.Json;
using AsrService.Engine;
using Google.Rpc;
using Grpc.Core;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Hosting;

/// <summary>How a call ended, in the few words of counters and logs.</summary>
internal static class CallEnding
{
    /// <summary>Reason and status of what a handler came to.</summary>
    /// <param name="failure">What it threw; null where it returned.</param>
    /// <param name="completed">Why it returned.</param>
    public static (string Reason, StatusCode Code) Of(Exception? failure, V1.EndReason completed) => failure switch
    {
        null => (JsonNamingPolicy.SnakeCaseLower.ConvertName(completed.ToString()), StatusCode.OK),
        RpcException answer => Of(answer),
        AsrException { Failure: not AsrFailure.ModelFault } refusal => Of(refusal.ToRpcException("")),
        OperationCanceledException or IOException => ("caller_left", StatusCode.Cancelled),
        _ => (ErrorReasons.EngineFault.ToLowerInvariant(), StatusCode.Internal),
    };

    private static (string Reason, StatusCode Code) Of(RpcException answer) =>
        ((answer.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "other").ToLowerInvariant(), answer.StatusCode);
}
