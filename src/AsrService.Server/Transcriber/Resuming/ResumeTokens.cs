using System.Security.Cryptography;
using AsrService.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsrService.Server.Transcriber;

/// <summary>What a token says to whoever has its key.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Tenant">Whose session it is; empty where callers are not asked who they are.</param>
/// <param name="Origin">The line of calls that made it: what one of them kept is good for the tokens of its own line.</param>
/// <param name="ConfigHash">Of the config in force at the cursor.</param>
/// <param name="Checkpoint">The engine's part.</param>
internal sealed record ResumeToken(string SessionId, string Tenant, long Origin, byte[] ConfigHash, byte[] Checkpoint);

/// <summary>Makes resume tokens and takes those of any instance with the same key.</summary>
/// <remarks>version, expiry, session, tenant, origin, hash, checkpoint, HMAC-SHA256 of all before; docs/resume.md.</remarks>
internal sealed partial class ResumeTokens
{
    /// <summary>The longest token.</summary>
    public const int MaxBytes = 4096;

    private const byte Version = 2; // 1 had no origin
    private const int MacBytes = HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key;
    private readonly TimeSpan _period;
    private readonly TimeProvider _time;

    public ResumeTokens(IOptions<AsrOptions> options, TimeProvider time, ILogger<ResumeTokens> logger)
    {
        string key = options.Value.Resume.Key;
        (_period, _time) = (options.Value.Limits.ResumePeriod, time);
        _key = key.Length > 0 ? Convert.FromBase64String(key) : RandomNumberGenerator.GetBytes(MacBytes);
        if (key.Length == 0) Log.KeyIsRandom(logger);
    }

    /// <summary>A token that is valid from now on for the resume period.</summary>
    public byte[] Seal(ResumeToken token)
    {
        using var bytes = new MemoryStream(512);
        using var to = new BinaryWriter(bytes);
        to.Write(Version);
        to.Write((_time.GetUtcNow() + _period).ToUnixTimeMilliseconds());
        to.Write(token.SessionId);
        to.Write(token.Tenant);
        to.Write(token.Origin);
        to.Write(token.ConfigHash);
        to.Write(token.Checkpoint);
        to.Write(HMACSHA256.HashData(_key, bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return bytes.ToArray();
    }

    /// <summary>Reads a token; null where it is expired, forged, or of another session or tenant.</summary>
    public ResumeToken? Open(ReadOnlySpan<byte> token, string sessionId, string tenant)
    {
        if (token.Length is <= MacBytes or > MaxBytes) return null;
        var signed = token[..^MacBytes];
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, signed), token[^MacBytes..])) return null;
        using var from = new BinaryReader(new MemoryStream(signed.ToArray()));
        if (from.ReadByte() != Version || from.ReadInt64() <= _time.GetUtcNow().ToUnixTimeMilliseconds()) return null;
        var read = new ResumeToken(
            from.ReadString(), from.ReadString(), from.ReadInt64(), from.ReadBytes(SHA256.HashSizeInBytes), from.ReadBytes(MaxBytes));
        return read.SessionId == sessionId && read.Tenant == tenant ? read : null;
    }

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Information, "Asr:Resume:Key is not set: resume tokens work on this instance only, until it ends.")]
        public static partial void KeyIsRandom(ILogger logger);
    }
}
