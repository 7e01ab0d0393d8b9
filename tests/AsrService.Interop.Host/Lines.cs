using System.Text.Json;

namespace AsrService.Interop.Host;

/// <summary>The JSON lines that this program and the test that started it exchange.</summary>
internal static class Lines
{
    public static void Announce<T>(T message)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(message));
        Console.Out.Flush();
    }
}
