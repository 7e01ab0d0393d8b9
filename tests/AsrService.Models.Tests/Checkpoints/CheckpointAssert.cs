using AsrService.Models.Checkpoints;
using Xunit;

namespace AsrService.Models.Tests;

/// <summary>Expects a message of one line that names all these: file, tensor or field, expected, found.</summary>
internal static class CheckpointAssert
{
    public static void Throws(Func<object?> action, params string[] parts)
    {
        var error = Assert.Throws<CheckpointException>(() => { (action() as IDisposable)?.Dispose(); });
        Assert.DoesNotContain('\n', error.Message);
        foreach (string part in parts) Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
