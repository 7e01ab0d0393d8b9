using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AsrService.Hosting;

/// <summary>What a request holds in its headers by way of credentials.</summary>
/// <param name="Value">The key or token; null where there is none, or where <paramref name="IsMalformed"/>.</param>
/// <param name="MayBeToken">Whether it may be a signed token as well as a key.</param>
/// <param name="IsMalformed">Whether there is something that cannot be one credential.</param>
internal readonly record struct PresentedCredential(string? Value, bool MayBeToken, bool IsMalformed)
{
    private const string KeyHeader = "x-api-key";
    private const int Longest = 8 * 1024;

    private static readonly PresentedCredential Malformed = new(null, false, true);

    /// <summary>
    /// Reads <c>authorization: Bearer …</c>, <c>authorization: ApiKey …</c> or <c>x-api-key: …</c>. Two of them are none:
    /// whichever one was taken, something before us may have looked at the other.
    /// </summary>
    public static PresentedCredential Read(IHeaderDictionary headers)
    {
        StringValues authorization = headers.Authorization, key = headers[KeyHeader];
        return (authorization.Count, key.Count) switch
        {
            (0, 0) => default,
            (1, 0) => ReadScheme(authorization[0] ?? ""),
            (0, 1) => Of(key[0] ?? "", mayBeToken: false),
            _ => Malformed,
        };
    }

    private static PresentedCredential ReadScheme(string value)
    {
        int space = value.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return Malformed;
        var scheme = value.AsSpan(0, space);
        string rest = value[space..].Trim(' ');
        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) return Of(rest, mayBeToken: true);
        return scheme.Equals("ApiKey", StringComparison.OrdinalIgnoreCase) ? Of(rest, mayBeToken: false) : Malformed;
    }

    private static PresentedCredential Of(string value, bool mayBeToken) =>
        value.Length is >= 1 and <= Longest && CredentialText.IsKey(value) ? new(value, mayBeToken, false) : Malformed;
}
