using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace AsrService.Cli.Captions;

/// <summary>Offsets as people read them.</summary>
internal static class CaptionTime
{
    /// <summary>As <c>0:01.10–0:03.87</c>; hours are added to the minutes.</summary>
    public static string Range(Duration? start, Duration? end) => $"{Of(start)}–{Of(end)}";

    private static string Of(Duration? offset)
    {
        var time = offset?.ToTimeSpan() ?? TimeSpan.Zero;
        return string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMinutes}:{time.Seconds:D2}.{time.Milliseconds / 10:D2}");
    }
}
