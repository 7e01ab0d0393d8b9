using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AsrService.Hosting;

/// <summary>Checks signed tokens: signature, issuer, audience and lifetime, then who it is.</summary>
/// <remarks>
/// By the token handler itself, without ASP.NET's authentication around it: that reads headers in its own way, runs on
/// every request and logs parts of tokens.
/// </remarks>
internal sealed class JwtVerifier : IDisposable
{
    private const int MaxDocumentBytes = 1 << 20;

    /// <summary>Those that sign; never <c>none</c>. Which of them a key may be used with, the key's type says.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _handler = new();
    private readonly JwtOptions _options;
    private readonly TimeProvider _time;
    private readonly TokenValidationParameters _parameters;
    private readonly HttpClient? _http;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? _provider;

    public JwtVerifier(JwtOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        if (options.Authority.Length > 0)
        {
            _http = new HttpClient { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = MaxDocumentBytes };
            var authority = new Uri(options.Authority);
            _provider = new ConfigurationManager<OpenIdConnectConfiguration>(
                options.Authority.TrimEnd('/') + "/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever(_http) { RequireHttps = !authority.IsLoopback });
        }

        _parameters = new TokenValidationParameters
        {
            ValidAlgorithms = Algorithms,
            ValidAudience = options.Audience,
            ValidIssuer = options.Issuer.Length > 0 ? options.Issuer : null,
            IssuerSigningKeys = [.. options.SigningKeys.Select(JwtKeys.Read)],
            ConfigurationManager = _provider,
            LifetimeValidator = CheckLifetime,
        };
    }

    /// <summary>Who a token says it is.</summary>
    public async ValueTask<AuthVerdict> JudgeAsync(string token, CancellationToken cancellationToken)
    {
        if (_provider is not null && _options.SigningKeys.Count == 0 && !await IsReachableAsync(_provider, cancellationToken))
            return AuthFault.ProviderUnreachable;

        var result = await _handler.ValidateTokenAsync(token, _parameters);
        if (!result.IsValid) return FaultOf(result.Exception);
        if (!result.Claims.TryGetValue(_options.TenantClaim, out object? named) || named is not string tenant) return AuthFault.Tenant;
        return CredentialText.IsTenant(tenant) ? new Caller(tenant, IsAdmin(result.Claims)) : AuthFault.Tenant;
    }

    public void Dispose() => _http?.Dispose();

    private static async Task<bool> IsReachableAsync(
        ConfigurationManager<OpenIdConnectConfiguration> provider, CancellationToken cancellationToken)
    {
        try
        {
            await provider.GetConfigurationAsync(cancellationToken);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // its cause is an address or a document of the provider; the count tells
        }
    }

    private static AuthFault FaultOf(Exception? fault) => fault switch
    {
        SecurityTokenExpiredException => AuthFault.Expired,
        SecurityTokenNotYetValidException => AuthFault.NotYetValid,
        SecurityTokenInvalidAudienceException => AuthFault.Audience,
        SecurityTokenInvalidIssuerException => AuthFault.Issuer,
        SecurityTokenInvalidSignatureException => AuthFault.Signature,
        _ => AuthFault.BadToken,
    };

    /// <summary>By the service's clock. A token without an end is none.</summary>
    private bool CheckLifetime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (expires is null) return false;
        if (expires.Value + _options.ClockSkew <= now) throw new SecurityTokenExpiredException();
        return notBefore - _options.ClockSkew > now ? throw new SecurityTokenNotYetValidException() : true;
    }

    private bool IsAdmin(IDictionary<string, object> claims)
    {
        if (_options.AdminClaim.Length == 0 || !claims.TryGetValue(_options.AdminClaim, out object? claim)) return false;
        return claim switch
        {
            string words => words.Split(' ').Contains(_options.AdminValue, StringComparer.Ordinal),
            bool flag => flag && _options.AdminValue == "true",
            IEnumerable<object> several => several.Contains(_options.AdminValue),
            _ => false,
        };
    }
}
