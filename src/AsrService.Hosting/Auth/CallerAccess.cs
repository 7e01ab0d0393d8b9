using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Reads what was noted on the call's request when its credentials were checked.</summary>
internal sealed class CallerAccess(IOptions<AsrOptions> options) : ICallerAccess
{
    /// <summary>Notes who makes a request.</summary>
    public static void Note(HttpContext http, Caller caller) => http.Features.Set(caller);

    /// <summary>Whether a request comes from this machine: over loopback or a Unix socket.</summary>
    public static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is not { } address
        || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    public Caller Of(ServerCallContext call) => Of(call.GetHttpContext());

    public void ThrowUnlessOperator(ServerCallContext call)
    {
        var http = call.GetHttpContext();
        if (options.Value.Auth.HasAdmin ? Of(http).IsAdmin : IsLocal(http)) return;
        throw Refusals.Forbidden();
    }

    private static Caller Of(HttpContext http) => http.Features.Get<Caller>() ?? Caller.Anonymous;
}
