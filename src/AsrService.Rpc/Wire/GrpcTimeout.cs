using System.Globalization;

namespace AsrService.Rpc.Wire;

/// <summary>The value of <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const long LargestNumber = 99_999_999;

    // Finest first, so that a value keeps its precision. Nanoseconds are read only: a tick is 100 of them.
    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond), ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>The value for a time span, rounded up: no call is given less than it asked for.</summary>
    public static string Format(TimeSpan timeout)
    {
        foreach (var (unit, ticks) in Units)
        {
            long number = ((Math.Max(timeout.Ticks, 1) - 1) / ticks) + 1;
            if (number <= LargestNumber) return string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{LargestNumber}H");
    }

    /// <summary>Reads a value; false when it is not one.</summary>
    public static bool TryParse(string value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > 9) return false;
        var digits = value.AsSpan(0, value.Length - 1);
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) return false;

        if (value[^1] == 'n')
        {
            timeout = TimeSpan.FromTicks((number + 99) / 100);
            return true;
        }

        foreach (var (unit, ticks) in Units)
        {
            if (unit != value[^1]) continue;
            timeout = TimeSpan.FromTicks(number * ticks);
            return true;
        }

        return false;
    }
}
