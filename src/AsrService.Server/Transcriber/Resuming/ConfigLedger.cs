using System.Security.Cryptography;
using AsrService.Engine.Sessions;
using Google.Protobuf;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>
/// Hashes of a session's config after each update, with every default filled in: how it was spelt makes no difference.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConfigLedger
{
    private readonly Lock _gate = new();
    private readonly V1.StreamingConfig _now;
    private readonly List<byte[]> _hashes = [];

    /// <param name="effective">The first config with every default filled in.</param>
    public ConfigLedger(V1.StreamingConfig effective)
    {
        _now = effective.Clone();
        _hashes.Add(HashOf(_now));
    }

    /// <summary>The hash of a config with every default filled in; the caller's own id is left out.</summary>
    public static byte[] HashOf(V1.StreamingConfig effective)
    {
        var config = effective.Clone();
        config.Recognition.ClientRequestId = "";
        return SHA256.HashData(config.ToByteArray());
    }

    /// <summary>Notes an update, before the session is given it.</summary>
    /// <param name="message">As it came.</param>
    /// <param name="update">As it was read.</param>
    public void Add(V1.ConfigUpdate message, SessionUpdate update)
    {
        lock (_gate)
        {
            if (message.Biasing is not null) _now.Recognition.Biasing = message.Biasing.Clone();
            if (update.Language is not null) _now.Recognition.Language = LanguageMapping.ToMessage(update.Language);
            if (update.Endpointing is not null) _now.Endpointing = EndpointingMapping.ToMessage(update.Endpointing);
            _hashes.Add(HashOf(_now));
        }
    }

    /// <summary>The hash after so many updates.</summary>
    public byte[] At(int updates)
    {
        lock (_gate) return _hashes[updates];
    }
}
