using System.Globalization;
using Grpc.Core;

namespace AsrService.Hosting;

/// <summary>Status codes as they are written in the protocol's documents.</summary>
public static class StatusNames
{
    private static readonly Dictionary<StatusCode, string> Names = Enum.GetValues<StatusCode>().Distinct()
        .ToDictionary(code => code, code => code == StatusCode.OK ? "OK" : Split(code.ToString()));

    /// <summary><c>RESOURCE_EXHAUSTED</c> and the like.</summary>
    public static string Of(StatusCode code) => Names.TryGetValue(code, out string? name) ? name : "UNKNOWN";

    private static string Split(string name) => string.Concat(name.Select((c, i) =>
        (i > 0 && char.IsAsciiLetterUpper(c) ? "_" : "") + char.ToUpper(c, CultureInfo.InvariantCulture)));
}
