using System.Diagnostics;
using System.Text.Json;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Cli.Tests;

/// <summary>The bundled recordings and files made from them.</summary>
internal static class Recordings
{
    /// <summary>A few seconds' work for the demonstration model.</summary>
    public static string Numbers => Sample("numbers-en");

    public static string Chinese => Sample("interview-zh-en");

    public static string[] All { get; } = [.. Directory.GetFiles(RepositoryPaths.Samples, "*.wav").Order(StringComparer.Ordinal)];

    public static string Sample(string name) => Path.Combine(RepositoryPaths.Samples, name + ".wav");

    /// <summary>What its reference says of a recording.</summary>
    public static (string Text, string Language) Reference(string wav)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(wav, ".json")));
        return (json.RootElement.GetProperty("text").GetString()!, json.RootElement.GetProperty("language").GetString()!);
    }

    /// <summary>The bare samples of a plain 16-bit wave file.</summary>
    public static byte[] Samples(string wav) => File.ReadAllBytes(wav)[44..];

    /// <summary>Runs ffmpeg on a recording, or skips the test where there is none.</summary>
    public static string Convert(string source, string target, params string[] options)
    {
        var info = new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", "-i", source, .. options, target]);
        try
        {
            using var ffmpeg = Process.Start(info)!;
            ffmpeg.WaitForExit();
            Assert.Equal(0, ffmpeg.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("The ffmpeg program is not installed.");
        }
        return target;
    }

    /// <summary>A sparse wave file of 16 kHz: digital silence with a recording's samples at some seconds.</summary>
    public static void WriteLong(string path, int seconds, string speech, params ReadOnlySpan<int> at)
    {
        int dataBytes = seconds * 32_000;
        using var file = File.Create(path);
        file.Write(WavWriter.Write([], 16_000, shape: new WavShape { RiffLength = (uint)dataBytes + 36, DataLength = (uint)dataBytes }));
        int start = (int)file.Position;
        file.SetLength(start + dataBytes);
        byte[] samples = Samples(speech);
        foreach (int second in at)
        {
            file.Position = start + second * 32_000L;
            file.Write(samples);
        }
    }
}
