using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Finds out who makes a request.</summary>
/// <remarks>
/// What is in the headers comes before a certificate, and is not made good by one. Keys come before tokens, as both may
/// travel as <c>Bearer</c>.
/// </remarks>
internal sealed class Authenticator(IOptions<AsrOptions> options, ClientAuthorities authorities, TimeProvider time) : IDisposable
{
    private readonly AuthOptions _options = options.Value.Auth;
    private readonly ApiKeyRing _keys = new(options.Value.Auth.ApiKeys);
    private readonly JwtVerifier? _tokens =
        options.Value.Auth.Jwt.IsConfigured ? new JwtVerifier(options.Value.Auth.Jwt, time) : null;

    /// <summary>Whether callers are asked who they are.</summary>
    public bool AsksCallers => _options.AsksCallers;

    /// <summary>What a caller asked for credentials is told that there are, as in <c>www-authenticate</c>.</summary>
    public string Challenge { get; } = options.Value.Auth switch
    {
        { ApiKeys.Count: > 0 } or { Jwt.IsConfigured: true } => "Bearer",
        _ => "Certificate",
    };

    /// <summary>Who makes a request, or why nobody knows.</summary>
    public ValueTask<AuthVerdict> JudgeAsync(HttpContext http)
    {
        var presented = PresentedCredential.Read(http.Request.Headers);
        if (presented.IsMalformed) return new(AuthFault.Malformed);
        if (presented.Value is null) return new(JudgeConnection(http.Connection));
        if (_keys.Find(presented.Value) is { } caller) return new(caller);
        return presented.MayBeToken && _tokens is not null
            ? _tokens.JudgeAsync(presented.Value, http.RequestAborted)
            : new(AuthFault.UnknownKey);
    }

    public void Dispose() => _tokens?.Dispose();

    private AuthVerdict JudgeConnection(ConnectionInfo connection) =>
        authorities.IsConfigured && connection.ClientCertificate is { } certificate
            ? authorities.Judge(certificate)
            : AuthFault.Missing;
}
