using System.Globalization;
using System.Net.Http.Headers;
using AsrService.Rpc.Wire;
using Grpc.Core;

namespace AsrService.Rpc.Client;

/// <summary>Status and metadata out of a response's headers or trailers.</summary>
internal static class CallResponse
{
    public static Metadata Metadata(HttpHeadersNonValidated headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            foreach (string value in values)
            {
                metadata.AddHeader(name, value);
            }
        }

        return metadata;
    }

    public static Status Status(HttpHeadersNonValidated trailers)
    {
        if (!trailers.TryGetValues(HeaderNames.Status, out var codes))
        {
            return new Status(StatusCode.Unknown, $"The response ended without {HeaderNames.Status}.");
        }

        string detail = trailers.TryGetValues(HeaderNames.Message, out var messages)
            ? StatusText.Decode(messages.ToString())
            : "";
        if (int.TryParse(codes.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int code) && code <= 16)
        {
            return new Status((StatusCode)code, detail);
        }

        if (detail.Length == 0) detail = $"{HeaderNames.Status} '{codes}' is not known.";
        return new Status(StatusCode.Unknown, detail);
    }
}
