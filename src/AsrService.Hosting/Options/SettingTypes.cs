using System.ComponentModel;
using System.Reflection;

namespace AsrService.Hosting;

/// <summary>How option types become settings: records are sections, lists and dictionaries sections of several, the rest values.</summary>
internal static class SettingTypes
{
    /// <summary>Whether a type holds settings rather than being one.</summary>
    public static bool IsSection(Type type) => IsRecord(type) || ElementOf(type) is not null;

    /// <summary>Whether a type is one of ours.</summary>
    public static bool IsRecord(Type type) =>
        type is { IsClass: true, Namespace: { } name } && name.StartsWith(nameof(AsrService), StringComparison.Ordinal);

    /// <summary>What a list holds, or a dictionary by name; null for what is neither.</summary>
    public static Type? ElementOf(Type type)
    {
        if (type == typeof(string)) return null;
        var element = type.GetInterfaces().Append(type)
            .FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
        bool isPair = element is { IsGenericType: true } && element.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
        return isPair ? element!.GetGenericArguments()[1] : element;
    }

    /// <summary>The settings of a record, in the order of its text.</summary>
    public static IEnumerable<PropertyInfo> SettingsOf(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    /// <summary>Why a text is no value of a type, as the binder reads it; null if it is.</summary>
    public static string? Unreadable(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        try
        {
            object? value = type == typeof(string) ? text : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            // The converter takes any number for one.
            return type.IsEnum && !Enum.IsDefined(type, value!) ? NotExpected(type, text) : null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or OverflowException)
        {
            return NotExpected(type, text);
        }
    }

    private static string NotExpected(Type type, string text) => $"\"{text}\" is not {Expected(type)}.";

    private static string Expected(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time as hh:mm:ss",
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
        _ when type == typeof(int) || type == typeof(long) => FormattableString.Invariant(
            $"a whole number of {type.GetField(nameof(int.MinValue))!.GetValue(null)} to {type.GetField(nameof(int.MaxValue))!.GetValue(null)}"),
        _ => $"a {type.Name}",
    };
}
