using System.Text;

namespace AsrService.Hosting;

/// <summary>The fields by which callers name models and their own requests.</summary>
internal static class NameFields
{
    private const int MaxModelBytes = 128, MaxRequestIdLength = 128;

    /// <summary>Checks a model's name; whether there is one of that name is another question.</summary>
    public static void CheckModel(string name, Violations.Field field)
    {
        int bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes > MaxModelBytes) field.Refuse($"{bytes} bytes are more than {MaxModelBytes}.");
    }

    /// <summary>Checks a caller's own id.</summary>
    public static void CheckRequestId(string id, Violations.Field field)
    {
        if (id.Length > MaxRequestIdLength) field.Refuse($"{id.Length} characters are more than {MaxRequestIdLength}.");
        else if (id.AsSpan().ContainsAnyExceptInRange(' ', '~')) field.Refuse($"has characters other than printable ASCII.");
    }
}
