using System.Buffers;
using Grpc.Core;

namespace AsrService.Rpc.Wire;

/// <summary>Metadata as HTTP headers: text as it is, bytes in base64 under a name that ends in <c>-bin</c>.</summary>
internal static class MetadataCodec
{
    private static readonly SearchValues<char> Printable =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)]);

    /// <summary>
    /// Adds a header to metadata, unless it is one of the protocol's own, or some proxy's with a name that gRPC does not
    /// know: that must not fail the call.
    /// </summary>
    /// <exception cref="RpcException">INTERNAL: a binary value is not base64.</exception>
    public static void AddHeader(this Metadata metadata, string name, string value)
    {
        if (!HeaderNames.IsMetadata(name) || !Metadata.Entry.IsKey(name)) return;
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            metadata.Add(name, value);
            return;
        }

        // A proxy may have joined several values, and senders may leave out the padding.
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            metadata.Add(name, Decode(name, part));
        }
    }

    /// <summary>Value of an entry as it goes into a header.</summary>
    /// <exception cref="ArgumentException">The text is not printable ASCII, which HTTP could not carry.</exception>
    public static string HeaderValue(this Metadata.Entry entry)
    {
        if (entry.IsBinary) return Convert.ToBase64String(entry.ValueBytes).TrimEnd('=');
        return !entry.Value.AsSpan().ContainsAnyExcept(Printable)
            ? entry.Value
            : throw new ArgumentException($"Metadata {entry.Key} is not printable ASCII; use a key that ends in -bin.");
    }

    private static byte[] Decode(string name, string value)
    {
        string padded = (value.Length % 4) switch
        {
            2 => value + "==",
            3 => value + "=",
            _ => value,
        };
        try
        {
            return Convert.FromBase64String(padded);
        }
        catch (FormatException)
        {
            throw MessageErrors.BadHeader(name, "is not base64");
        }
    }
}
