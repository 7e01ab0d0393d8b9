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
            if (ElementOf(type) is { } element)
            {
                if (IsSection(element)) Check(child, element, mistakes);
                continue;
            }

            var property = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null) mistakes.Add(child.Path, $"there is no such setting; {section.Path} has {Names(type)}.");
            else if (IsSection(property.PropertyType)) Check(child, property.PropertyType, mistakes);
        }
    }

    private static bool IsSection(Type type) => ElementOf(type) is { } element
        ? IsSection(element)
        : type.Namespace == typeof(AsrOptions).Namespace && !type.IsEnum;

    /// <summary>What a list holds, or a dictionary; null for what is neither.</summary>
    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.Namespace == typeof(IList<>).Namespace ? type.GetGenericArguments()[^1] : null;

    private static string Names(Type type) =>
        string.Join(", ", type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name));
}
