using System.Security.Cryptography;
using System.Text;

namespace AsrService.Hosting;

/// <summary>The keys of callers, kept as hashes.</summary>
/// <remarks>
/// What is compared is the hash of what was presented, with every key there is and without an early end: how long it
/// takes tells nothing of any key.
/// </remarks>
internal sealed class ApiKeyRing(IEnumerable<ApiKeyOptions> keys)
{
    private readonly (byte[] Hash, Caller Caller)[] _keys =
        [.. keys.Select(key => (HashOf(key), new Caller(key.Tenant, key.Admin)))];

    /// <summary>Whose key it is; null where it is none.</summary>
    public Caller? Find(string presented)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), hash);
        Caller? found = null;
        foreach (var (known, caller) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash)) found = caller;
        }

        return found;
    }

    /// <summary>The hash of a key in the settings, whichever way it is given there.</summary>
    public static byte[] HashOf(ApiKeyOptions key) =>
        key.Key.Length > 0 ? SHA256.HashData(Encoding.UTF8.GetBytes(key.Key)) : Convert.FromHexString(key.KeySha256);
}
