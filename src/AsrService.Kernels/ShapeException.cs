namespace AsrService.Kernels;

/// <summary>An operation was called with shapes that do not fit together: a mistake of the calling code.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>An exception with a message that names the operation, what was expected and what was found.</summary>
    public ShapeException(string message) : base(message) { }

    /// <summary>Throws when <paramref name="found"/> is not <paramref name="expected"/>.</summary>
    public static void Require(string what, long expected, long found)
    {
        if (found != expected) throw new ShapeException($"{what}: expected {expected}, found {found}.");
    }
}
