using System.Globalization;

namespace AsrService.Hosting.Tests.Options;

/// <summary>Writes docs/configuration.md from the options and their comments.</summary>
internal static class ConfigurationPage
{
    public const string Variable = "ASR_CONFIGURATION_PAGE";

    public const string Command =
        $"{Variable}=$PWD/docs/configuration.md dotnet run -c Release --project tests/AsrService.Hosting.Tests -- -class '*ConfigurationPageTests'";

    private const string Head = $"""
        # Settings

        Written from the options and their comments in the source; a test holds this page to them, and this writes it anew:

        ```sh
        {Command}
        ```

        Settings come, the later over the earlier, from `appsettings.json` beside the program, from the environment
        (`Asr__Limits__MaxIdle=00:01:00`, two underscores for a colon) and from arguments (`--Asr:Limits:MaxIdle=00:01:00`).
        Times are written `hh:mm:ss`, with days before as `1.00:00:00`; a bare number would mean days. Numbers are written
        without separators. Everything is checked when the service starts: a setting that does not exist, a value that cannot
        be read and one that is out of range are told all at once, a line each on standard error, with the value and what was
        expected, and the exit code is 1. Nothing is read again while the service runs.
        """;

    private const string Columns = "| setting | environment | type | default | range | meaning |\n|---|---|---|---|---|---|";

    private const string Framework = """
        ## The framework's

        What ASP.NET Core reads, as far as the service has defaults of its own; the rest of `Kestrel` (certificates) and `Logging`
        works as in every ASP.NET Core service. Port 0 takes a free one, and `http://unix:/path/of.sock` listens on a socket.
        """;

    public static string Write() => string.Join("\n\n", [Head, .. OptionTree.Sections.Where(IsWorthwhile).Select(Section), Defaults()]) + "\n";

    private static bool IsWorthwhile(SettingSection section) => section.Settings.Count > 0;

    private static string Section(SettingSection section)
    {
        string[] about =
        [
            XmlComments.Of(section.Type, "summary"),
            .. section.Key.EndsWith(":0", StringComparison.Ordinal) || section.Key.EndsWith(":NAME", StringComparison.Ordinal)
                ? [XmlComments.Of(section.Property!, "summary"), XmlComments.Of(section.Property!, "value")]
                : Array.Empty<string>(),
        ];
        string text = string.Join(' ', about.Where(part => part.Length > 0));
        return $"## {section.Key}\n\n{text}\n\n{Columns}\n{string.Join('\n', section.Settings.Select(Row))}";
    }

    private static string Row(Setting setting)
    {
        var documented = DocumentedValue.Of(setting);
        return Row(
            setting.Key, TypeName(setting.Type), Default(setting.Default, documented.Default), documented.Range,
            XmlComments.Of(setting.Property, "summary"));
    }

    private static string Row(string key, string type, string value, string range, string meaning) =>
        $"| `{key}` | `{key.Replace(":", "__", StringComparison.Ordinal)}` | {type} | {value} | {range} | {meaning} |";

    private static string Defaults()
    {
        var rows = DefaultSettings.Of(50051, 8000).Select(setting => Row(setting.Key, "text", $"`{setting.Value}`", "", setting.Meaning));
        return $"{Framework}\n\n{Columns}\n{string.Join('\n', rows)}";
    }

    /// <summary>A default and what the comment says of it behind a colon.</summary>
    private static string Default(object? value, string documented)
    {
        int colon = documented.IndexOf(':', StringComparison.Ordinal);
        return Shown(value) is { } shown ? shown + (colon < 0 ? "" : documented[colon..]) : documented.Length > 0 ? documented : "none";
    }

    /// <summary>As it would be written; null where only words tell it.</summary>
    private static string? Shown(object? value) => value switch
    {
        null or "" or System.Collections.ICollection => null,
        bool truth => truth ? "`true`" : "`false`",
        TimeSpan { Milliseconds: not 0 } time => $"`{time.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture)}`",
        _ => string.Format(CultureInfo.InvariantCulture, "`{0}`", value),
    };

    private static string TypeName(Type type) => type switch
    {
        { IsEnum: true } => string.Join(", ", Enum.GetNames(type).Select(name => $"`{name}`")),
        _ when type == typeof(bool) => "`true`, `false`",
        _ when type == typeof(TimeSpan) => "time",
        _ when type == typeof(int) || type == typeof(long) => "whole number",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "number",
        _ => "text",
    };
}
