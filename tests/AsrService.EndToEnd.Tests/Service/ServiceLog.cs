namespace AsrService.EndToEnd.Tests.Service;

/// <summary>What must not stand in the service's log.</summary>
internal static class ServiceLog
{
    private const int TellingLength = 10; // a shorter text may be a word of ours

    private static readonly string[] Alarms = [" warn: ", " fail: ", " crit: "];

    /// <summary>Fails where something went wrong unnoticed, or where the log has a transcript.</summary>
    public static void AssertClean(IReadOnlyCollection<string> log, IEnumerable<string> texts)
    {
        Assert.DoesNotContain(log, line => Alarms.Any(alarm => line.Contains(alarm, StringComparison.Ordinal)));

        string all = string.Join('\n', log);
        foreach (string text in texts.Where(text => text.Length >= TellingLength))
            Assert.DoesNotContain(text, all, StringComparison.Ordinal);
    }
}
