using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Refuses settings of section <c>Asr</c> that do not exist: a misspelt limit would not limit anything.</summary>
internal sealed class KnownSettings(IConfiguration configuration) : IValidateOptions<AsrOptions>
{
    public ValidateOptionsResult Validate(string? name, AsrOptions options)
    {
        var mistakes = new SettingMistakes();
        Check(configuration.GetSection(AsrOptions.Section), typeof(AsrOptions), mistakes);
        return mistakes.ToResult();
    }

    private static void Check(IConfigurationSection section, Type type, SettingMistakes mistakes)
    {
        foreach (var child in section.GetChildren())
        {
            if (type == typeof(IList<ModelLocation>))
            {
                Check(child, typeof(ModelLocation), mistakes);
                continue;
            }

            var property = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null) mistakes.Add(child.Path, $"there is no such setting; {section.Path} has {Names(type)}.");
            else if (IsSection(property.PropertyType)) Check(child, property.PropertyType, mistakes);
        }
    }

    private static bool IsSection(Type type) => type.Namespace == typeof(AsrOptions).Namespace && !type.IsEnum
        || type == typeof(IList<ModelLocation>);

    private static string Names(Type type) =>
        string.Join(", ", type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name));
}
