namespace AsrService.Hosting;

/// <summary>Secrets that settings hold in base64.</summary>
internal static class Base64Text
{
    /// <summary>Whether a text is base64 of a key that is long enough.</summary>
    public static bool IsKey(string text, int minBytes) =>
        Convert.TryFromBase64String(text, new byte[text.Length], out int count) && count >= minBytes;
}
