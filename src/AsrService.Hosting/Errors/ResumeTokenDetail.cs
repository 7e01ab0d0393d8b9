using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AsrService.Hosting;

/// <summary>Puts the token with which a caller goes on into the answer that ends his call.</summary>
public static class ResumeTokenDetail
{
    /// <summary>The key in <c>ErrorInfo.metadata</c>.</summary>
    public const string Key = "resume_token";

    private static readonly string[] AllowingResume =
    [
        ErrorReasons.Idle, ErrorReasons.SlowReader, ErrorReasons.SessionLimit, ErrorReasons.TenantQuota, ErrorReasons.Draining,
        ErrorReasons.EngineFault,
    ];

    /// <summary>Notes the token in a failure that becomes an answer later.</summary>
    public static void Attach(Exception failure, byte[] token)
    {
        ArgumentNullException.ThrowIfNull(failure);
        failure.Data[Key] = token;
    }

    /// <summary>The answer with the token that a failure has; where the status does not allow to go on, as it is.</summary>
    public static RpcException Carry(RpcException answer, Exception failure)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(failure);
        if (failure.Data[Key] is not byte[] token || answer.GetRpcStatus() is not { } status) return answer;
        for (int i = 0; i < status.Details.Count; i++)
        {
            if (!status.Details[i].TryUnpack(out ErrorInfo info) || !AllowingResume.Contains(info.Reason)) continue;
            info.Metadata[Key] = Convert.ToBase64String(token);
            status.Details[i] = Any.Pack(info);
            return status.ToRpcException();
        }

        return answer;
    }
}
