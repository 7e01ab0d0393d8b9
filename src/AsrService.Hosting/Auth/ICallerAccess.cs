using Grpc.Core;

namespace AsrService.Hosting;

/// <summary>Tells who makes a call and what he may do. Thread-safe; one for the service.</summary>
public interface ICallerAccess
{
    /// <summary>Who makes a call. His credentials were checked before the handler ran.</summary>
    /// <param name="call">The call.</param>
    Caller Of(ServerCallContext call);

    /// <summary>
    /// Refuses what only those who run the service may do: with an admin among the credentials that are configured, that
    /// is admins wherever they call from; otherwise callers from this machine.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <exception cref="RpcException">PERMISSION_DENIED, reason <c>FORBIDDEN</c>.</exception>
    void ThrowUnlessOperator(ServerCallContext call);
}
