using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AsrService.Cli.Commands;

/// <summary>Makes options whose documented range is enforced; every complaint names option, range and value.</summary>
internal static class CommandOptions
{
    private const int LongestQuote = 60;

    /// <summary>A whole number in <paramref name="min"/>..<paramref name="max"/>; null when not given and without a
    /// default.</summary>
    public static Option<int?> Integer(
        string name, string helpName, string description, int min, int max, int? byDefault = null) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string text = TextOf(result);
                var culture = CultureInfo.InvariantCulture;
                bool isValid = int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int value)
                    && value >= min && value <= max;
                if (!isValid) Refuse(result, name, Text($"a whole number in {min}..{max}"), text);
                return value;
            },
        };

    /// <summary>A number in <paramref name="min"/>..<paramref name="max"/>.</summary>
    public static Option<double> Number(
        string name, string helpName, string description, double min, double max, double byDefault) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string text = TextOf(result);
                bool isValid = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    && value >= min && value <= max; // which NaN is not
                if (!isValid) Refuse(result, name, Text($"a number in {min}..{max}"), text);
                return value;
            },
        };

    /// <summary>One of a few words; null when not given and there is no default.</summary>
    public static Option<string?> Choice(string name, string description, string? byDefault, params string[] choices) =>
        new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices),
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string text = TextOf(result);
                if (!choices.Contains(text)) Refuse(result, name, string.Join(" or ", choices), text);
                return text;
            },
        };

    /// <summary>Any text of up to <paramref name="maxLength"/> characters; null when not given.</summary>
    public static Option<string?> FreeText(string name, string helpName, string description, int maxLength = 4096) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string text = TextOf(result);
                if (text.Length > maxLength)
                    result.AddError(Text($"{name}: expected at most {maxLength} characters, found {text.Length}."));
                return text;
            },
        };

    /// <summary>Any number of texts, one after each mention of the option; empty when not given.</summary>
    public static Option<string[]> Texts(string name, string helpName, string description) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => [],
        };

    /// <summary>Whether the command line has the option, rather than its default.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Refuses options that have no meaning in this place.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="place">As in "--batch: has no meaning <c>with --server</c>".</param>
    /// <param name="options">The options.</param>
    /// <exception cref="UsageException">One of them is given.</exception>
    public static void Refuse(this ParseResult parsed, string place, params IEnumerable<Option> options)
    {
        if (options.FirstOrDefault(parsed.IsGiven) is { } given)
            throw new UsageException($"{given.Name}: has no meaning {place}.");
    }

    private static string TextOf(ArgumentResult result) => result.Tokens[0].Value;

    private static void Refuse(ArgumentResult result, string name, string expected, string found)
    {
        string quoted = found.Length <= LongestQuote ? found : found[..LongestQuote] + "…";
        result.AddError($"{name}: expected {expected}, found \"{quoted}\".");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
