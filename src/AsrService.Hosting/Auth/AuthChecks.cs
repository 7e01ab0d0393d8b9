using System.Security.Cryptography;

namespace AsrService.Hosting;

/// <summary>Checks every documented range of <see cref="AuthOptions"/>. No message holds a key.</summary>
internal static class AuthChecks
{
    private const string Section = "Asr:Auth";
    private const int MaxKeys = 1000, MaxSigningKeys = 16, MaxFiles = 16, MaxAdmins = 100;

    public static void Check(AuthOptions auth, SettingMistakes mistakes)
    {
        CheckKeys(auth.ApiKeys, mistakes);
        CheckJwt(auth.Jwt, mistakes);
        CheckCertificates(auth.ClientCertificates, mistakes);
    }

    private static void CheckKeys(IList<ApiKeyOptions> keys, SettingMistakes mistakes)
    {
        mistakes.In(Section).Range("ApiKeys:Count", keys.Count, 0, MaxKeys);
        var known = new Dictionary<string, int>();
        for (int i = 0; i < keys.Count; i++)
        {
            string at = FormattableString.Invariant($"{Section}:ApiKeys:{i}");
            if (!CredentialText.IsTenant(keys[i].Tenant))
                mistakes.Add($"{at}:Tenant", $"is not 1 to {CredentialText.LongestTenant} visible ASCII characters.");
            if (WrongKey(keys[i]) is { } wrong)
            {
                mistakes.Add(at, wrong);
                continue;
            }

            if (!known.TryAdd(Convert.ToHexString(ApiKeyRing.HashOf(keys[i])), i))
                mistakes.Add(at, "is a key that another entry has, too.");
        }
    }

    private static string? WrongKey(ApiKeyOptions key)
    {
        if (key.Key.Length > 0 == key.KeySha256.Length > 0) return "has not exactly one of Key and KeySha256.";
        if (key.KeySha256.Length > 0)
        {
            bool isHash = key.KeySha256.Length == 2 * SHA256.HashSizeInBytes && key.KeySha256.All(char.IsAsciiHexDigit);
            return isHash ? null : "KeySha256 is not 64 hexadecimal digits.";
        }

        return key.Key.Length is >= CredentialText.ShortestKey and <= CredentialText.LongestKey && CredentialText.IsKey(key.Key)
            ? null
            : FormattableString.Invariant(
                $"Key is not {CredentialText.ShortestKey} to {CredentialText.LongestKey} visible ASCII characters without comma.");
    }

    private static void CheckJwt(JwtOptions jwt, SettingMistakes mistakes)
    {
        const string At = $"{Section}:Jwt";
        mistakes.In(At).Range(nameof(jwt.ClockSkew), jwt.ClockSkew, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        mistakes.In(At).Range("SigningKeys:Count", jwt.SigningKeys.Count, 0, MaxSigningKeys);
        if (jwt.TenantClaim.Length == 0) mistakes.Add($"{At}:TenantClaim", "is empty.");
        if (jwt.AdminValue.Length == 0) mistakes.Add($"{At}:AdminValue", "is empty.");
        if (!jwt.IsConfigured)
        {
            if (jwt.Audience.Length + jwt.Issuer.Length + jwt.AdminClaim.Length > 0)
                mistakes.Add(At, "has neither Authority nor SigningKeys, so that no token would be taken.");
            return;
        }

        if (jwt.Audience.Length == 0) mistakes.Add($"{At}:Audience", "is empty; a token for somebody else would be taken.");
        if (jwt.Authority.Length == 0 && jwt.Issuer.Length == 0)
            mistakes.Add($"{At}:Issuer", "is empty; without Authority it has to be said.");
        if (jwt.Authority.Length > 0 && !IsProvider(jwt.Authority))
            mistakes.Add($"{At}:Authority", $"\"{jwt.Authority}\" is not an https URL, or http on loopback.");
        for (int i = 0; i < jwt.SigningKeys.Count; i++)
        {
            if (WrongSigningKey(jwt.SigningKeys[i]) is { } wrong)
                mistakes.Add(FormattableString.Invariant($"{At}:SigningKeys:{i}"), wrong);
        }
    }

    private static bool IsProvider(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static string? WrongSigningKey(SigningKeyOptions key)
    {
        if (key.Secret.Length > 0 == key.PublicKeyFile.Length > 0) return "has not exactly one of Secret and PublicKeyFile.";
        if (key.Secret.Length > 0)
        {
            return Base64Text.IsKey(key.Secret, JwtKeys.MinSecretBytes)
                ? null
                : FormattableString.Invariant($"Secret is not base64 of at least {JwtKeys.MinSecretBytes} bytes.");
        }

        return Attempt($"PublicKeyFile \"{key.PublicKeyFile}\"", () => JwtKeys.Read(key));
    }

    private static void CheckCertificates(ClientCertificateOptions certificates, SettingMistakes mistakes)
    {
        const string At = $"{Section}:ClientCertificates";
        mistakes.In(At).Range("AuthorityFiles:Count", certificates.AuthorityFiles.Count, 0, MaxFiles);
        mistakes.In(At).Range("AdminNames:Count", certificates.AdminNames.Count, 0, MaxAdmins);
        if (!Enum.IsDefined(certificates.TenantFrom))
            mistakes.Add($"{At}:TenantFrom", $"{certificates.TenantFrom} is none of CommonName, DnsName, Uri.");
        if (certificates.AdminNames.Count > 0 && !certificates.IsConfigured)
            mistakes.Add($"{At}:AdminNames", "has no effect without AuthorityFiles.");
        for (int i = 0; i < certificates.AuthorityFiles.Count; i++)
        {
            string file = certificates.AuthorityFiles[i];
            if (Attempt($"\"{file}\"", () => ClientAuthorities.Read([file]).Count > 0 ? "" : throw new FormatException("holds no certificate.")) is { } wrong)
                mistakes.Add(FormattableString.Invariant($"{At}:AuthorityFiles:{i}"), wrong);
        }
    }

    /// <summary>What is wrong with a file; null where nothing is.</summary>
    private static string? Attempt(string file, Func<object> read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"{file}: {wrong.Message}";
        }
    }
}
