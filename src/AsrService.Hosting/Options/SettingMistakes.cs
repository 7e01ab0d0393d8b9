using Microsoft.Extensions.Options;

namespace AsrService.Hosting;

/// <summary>Mistakes in settings, gathered so that all of them are told at once.</summary>
internal sealed class SettingMistakes
{
    private readonly List<string> _found = [];

    public void Add(string setting, string what) => _found.Add($"{setting}: {what}");

    public Checks In(string section) => new(this, section);

    public ValidateOptionsResult ToResult() =>
        _found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_found);

    /// <summary>Range checks of one section's settings.</summary>
    internal readonly struct Checks(SettingMistakes mistakes, string section)
    {
        public void Range<T>(string name, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
                mistakes.Add($"{section}:{name}", FormattableString.Invariant($"{value} is not in {least} to {most}."));
        }
    }
}
