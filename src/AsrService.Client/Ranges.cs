using System.Globalization;

namespace AsrService.Client;

/// <summary>Holds options to their documented ranges.</summary>
internal static class Ranges
{
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public static void Check(TimeSpan value, TimeSpan least, TimeSpan most, string name)
    {
        if (value >= least && value <= most) return;
        throw new ArgumentOutOfRangeException(
            name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is not in {least}..{most}."));
    }
}
