using Grpc.Core;
using Grpc.Testing;

namespace AsrService.Interop.Host;

/// <summary>A case found something else than it should have.</summary>
internal sealed class CaseFailedException(string message) : Exception(message);

/// <summary>What cases check.</summary>
internal static class Expect
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new CaseFailedException($"{what}: {actual}, not {expected}.");
        }
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what) =>
        Equal(string.Join(", ", expected), string.Join(", ", actual), what);

    public static void Zeros(int size, Payload payload)
    {
        Equal(size, payload.Body.Length, "payload size");
        if (payload.Body.Span.ContainsAnyExcept((byte)0)) throw new CaseFailedException("A payload is not zeros.");
    }

    public static async Task StatusAsync(StatusCode expected, Func<Task> call, string? detail = null)
    {
        try
        {
            await call();
        }
        catch (RpcException failure)
        {
            Equal(expected, failure.StatusCode, $"status ({failure.Status.Detail})");
            if (detail is not null) Equal(detail, failure.Status.Detail, "status message");
            return;
        }

        throw new CaseFailedException($"The call succeeded, though {expected} was to be expected.");
    }
}
