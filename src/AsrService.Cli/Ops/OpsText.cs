using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Cli.Ops;

/// <summary>Times as operators read them.</summary>
internal static class OpsText
{
    /// <summary>As 1:02:03, or 1.02:03:04 from a day on.</summary>
    public static string Time(Duration? time) => (time?.ToTimeSpan() ?? default).ToString(
        time?.ToTimeSpan() >= TimeSpan.FromDays(1) ? @"d\.hh\:mm\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>In UTC to the second, as 2025-01-31T12:00:00Z.</summary>
    public static string Instant(Timestamp time) =>
        time.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
