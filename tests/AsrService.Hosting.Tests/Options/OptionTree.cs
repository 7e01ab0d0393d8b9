using System.Reflection;

namespace AsrService.Hosting.Tests.Options;

/// <summary>A value that can be set.</summary>
/// <param name="Section">Where it stands, such as <c>Asr:Models:0</c>.</param>
/// <param name="Property">It as an option.</param>
/// <param name="Default">What it is unless it is set.</param>
internal sealed record Setting(string Section, PropertyInfo Property, object? Default)
{
    public string Key => $"{Section}:{Property.Name}{(SettingTypes.ElementOf(Property.PropertyType) is null ? "" : ":0")}";

    public Type Type
    {
        get
        {
            var type = SettingTypes.ElementOf(Property.PropertyType) ?? Property.PropertyType;
            return Nullable.GetUnderlyingType(type) ?? type;
        }
    }

    public override string ToString() => Key;
}

/// <summary>Settings that stand together.</summary>
/// <param name="Key">Such as <c>Asr:Models:0</c>.</param>
/// <param name="Type">The option type.</param>
/// <param name="Property">That holds it; null for the outermost.</param>
/// <param name="Settings">Its values; sections in it are sections of their own.</param>
internal sealed record SettingSection(string Key, Type Type, PropertyInfo? Property, IReadOnlyList<Setting> Settings);

/// <summary>Every setting there is: whatever can be reached from the option types that name a section.</summary>
internal static class OptionTree
{
    private static readonly Lazy<IReadOnlyList<SettingSection>> Found = new(() => [.. Roots().SelectMany(Walk)]);

    public static IReadOnlyList<SettingSection> Sections => Found.Value;

    public static IEnumerable<Setting> Settings => Sections.SelectMany(section => section.Settings);

    private static IEnumerable<(string Key, Type Type)> Roots() =>
        from type in typeof(AsrOptions).Assembly.GetTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)
        where section is { IsLiteral: true }
        let key = (string)section.GetRawConstantValue()!
        orderby key
        select (key, type);

    private static IEnumerable<SettingSection> Walk((string Key, Type Type) root) => Walk(root.Key, root.Type, null);

    private static IEnumerable<SettingSection> Walk(string key, Type type, PropertyInfo? holder)
    {
        object defaults = Activator.CreateInstance(type)!;
        var properties = SettingTypes.SettingsOf(type).ToLookup(property => SettingTypes.IsRecord(Held(property)));
        yield return new(key, type, holder, [.. properties[false].Select(value => new Setting(key, value, value.GetValue(defaults)))]);

        foreach (var section in properties[true])
        {
            foreach (var inner in Walk($"{key}:{section.Name}{Place(section.PropertyType)}", Held(section), section)) yield return inner;
        }
    }

    private static Type Held(PropertyInfo property) => SettingTypes.ElementOf(property.PropertyType) ?? property.PropertyType;

    /// <summary>The first of a list, or any name of a dictionary.</summary>
    private static string Place(Type type) => SettingTypes.ElementOf(type) is null ? "" : type.GetGenericArguments().Length == 2 ? ":NAME" : ":0";
}
