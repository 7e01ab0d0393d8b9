using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>
/// Reads the settings of a section, and refuses those that do not exist, since a misspelt limit would not limit anything,
/// and values that cannot be read: the binder would throw at the first of these, so it is not shown them.
/// </summary>
internal sealed class KnownSettings<TOptions>(IConfigurationSection root) : IConfigureOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    public void Configure(TOptions options)
    {
        var unreadable = Check().Unreadable;
        var readable = root.AsEnumerable().Where(setting => setting.Value is not null && !unreadable.Contains(setting.Key));
        new ConfigurationBuilder().AddInMemoryCollection(readable).Build().GetSection(root.Path).Bind(options);
    }

    public ValidateOptionsResult Validate(string? name, TOptions options) => Check().Mistakes.ToResult();

    private SettingsCheck Check()
    {
        var check = new SettingsCheck();
        check.Section(root, typeof(TOptions));
        return check;
    }
}

/// <summary>Walks through what is configured and through the option types side by side.</summary>
internal sealed class SettingsCheck
{
    public SettingMistakes Mistakes { get; } = new();

    public HashSet<string> Unreadable { get; } = new(StringComparer.OrdinalIgnoreCase);

    public void Section(IConfigurationSection section, Type type)
    {
        if (!string.IsNullOrEmpty(section.Value)) Mistakes.Add(section.Path, "is a section, so it has no value of its own.");
        foreach (var child in section.GetChildren())
        {
            var expected = SettingTypes.ElementOf(type) ?? Property(type, child.Key)?.PropertyType;
            if (expected is null) Mistakes.Add(child.Path, $"there is no such setting; {section.Path} has {Names(type)}.");
            else if (SettingTypes.IsSection(expected)) Section(child, expected);
            else Value(child, expected);
        }
    }

    private void Value(IConfigurationSection setting, Type type)
    {
        foreach (var child in setting.GetChildren()) Mistakes.Add(child.Path, $"there is no such setting; {setting.Path} is one value.");
        if (setting.Value is null || SettingTypes.Unreadable(type, setting.Value) is not { } why) return;
        Mistakes.Add(setting.Path, why);
        Unreadable.Add(setting.Path);
    }

    private static PropertyInfo? Property(Type type, string name) =>
        SettingTypes.SettingsOf(type).FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string Names(Type type) => string.Join(", ", SettingTypes.SettingsOf(type).Select(property => property.Name));
}
