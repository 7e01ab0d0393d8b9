using System.Security.Cryptography;

namespace AsrService.Server.Transcriber;

/// <summary>Ids that callers see; opaque to them.</summary>
internal static class ResultId
{
    /// <summary>A session's or recording's id: 128 random bits, so that nobody can guess another's.</summary>
    public static string NewSession() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>A segment's id.</summary>
    public static string Of(string session, int channel, int segment) =>
        FormattableString.Invariant($"{session}-{channel}-{segment}");
}
