using System.Diagnostics;
using AsrService.Contracts.Errors;
using AsrService.Engine;
using Grpc.Core;

namespace AsrService.Hosting;

/// <summary>The one place where the engine's failures become answers.</summary>
public static class FailureMapping
{
    /// <summary>The answer to a caller whose work the engine refused or ended.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="errorId">How the log names it, should it be a fault of ours.</param>
    public static RpcException ToRpcException(this AsrException failure, string errorId)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Failure switch
        {
            AsrFailure.InvalidOptions => Refusals.BadValue(RichStatus.BadField(failure.Field ?? "config", failure.Message)),
            AsrFailure.InvalidAudio => Refusals.AudioDecode(failure.Field ?? "audio", failure.Message),
            AsrFailure.StreamLimitReached or AsrFailure.KvCacheExhausted => Refusals.ServerFull(failure.Message),
            AsrFailure.ClientTooSlow => Refusals.SlowReader(failure.Message),
            AsrFailure.ModelFault => Refusals.EngineFault(errorId),
            AsrFailure.Stopping => Refusals.Draining(),
            AsrFailure.Unavailable => Refusals.Loading(),
            _ => throw new UnreachableException($"No status for {failure.Failure}."),
        };
    }
}
