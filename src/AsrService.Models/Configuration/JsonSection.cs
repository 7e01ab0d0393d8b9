using System.Globalization;
using System.Text.Json;
using AsrService.Models.Checkpoints;

namespace AsrService.Models.Configuration;

/// <summary>
/// One object of a JSON file with its path, so that every complaint names file and field. A field that is null counts
/// as absent. Where several names are given, the first one present is read.
/// </summary>
internal sealed class JsonSection(string file, string path, JsonElement element)
{
    /// <summary>The section inside <paramref name="name"/>.</summary>
    public JsonSection Section(string name) =>
        OptionalSection(name) ?? throw Wrong(name, "an object", "nothing");

    public JsonSection? OptionalSection(string name)
    {
        if (!TryFind([name], out _, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(name, "an object", Describe(value));
        return new JsonSection(file, PathOf(name), value);
    }

    public bool Has(string name) => TryFind([name], out _, out _);

    public int Integer(int min, int max, params ReadOnlySpan<string> names) =>
        OptionalInteger(min, max, names) ?? throw Wrong(names[0], WholeNumber(min, max), "nothing");

    public int? OptionalInteger(int min, int max, params ReadOnlySpan<string> names)
    {
        if (!TryFind(names, out string name, out var value)) return null;
        return ToInteger(name, value, min, max);
    }

    public double Number(double min, double max, params ReadOnlySpan<string> names) =>
        OptionalNumber(min, max, names) ?? throw Wrong(names[0], AnyNumber(min, max), "nothing");

    public double? OptionalNumber(double min, double max, params ReadOnlySpan<string> names)
    {
        if (!TryFind(names, out string name, out var value)) return null;
        bool isNumber = value.ValueKind == JsonValueKind.Number;
        if (isNumber && value.TryGetDouble(out double number) && number >= min && number <= max) return number;
        throw Wrong(name, AnyNumber(min, max), Describe(value));
    }

    public bool? OptionalFlag(string name)
    {
        if (!TryFind([name], out _, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false", Describe(value)),
        };
    }

    public string? OptionalText(string name)
    {
        if (!TryFind([name], out _, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String) throw Wrong(name, "a string", Describe(value));
        return value.GetString();
    }

    public IReadOnlyList<string> Texts(string name)
    {
        if (!TryFind([name], out _, out var value)) return [];
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(name, "an array of strings", Describe(value));
        return [.. value.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.String
            ? item.GetString()!
            : throw Wrong($"{name}[{i}]", "a string", Describe(item)))];
    }

    /// <summary>A whole number or an array of them, both being in use for ids.</summary>
    public IReadOnlyList<int> Integers(int min, int max, string name)
    {
        if (!TryFind([name], out _, out var value)) return [];
        if (value.ValueKind != JsonValueKind.Array) return [ToInteger(name, value, min, max)];
        return [.. value.EnumerateArray().Select((item, i) => ToInteger($"{name}[{i}]", item, min, max))];
    }

    /// <summary>Each field and its text, for an object used as a map.</summary>
    public IEnumerable<(string Name, string Text)> TextFields()
    {
        foreach (var field in element.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.String)
                throw Wrong(field.Name, "a string", Describe(field.Value));
            yield return (field.Name, field.Value.GetString()!);
        }
    }

    /// <summary>The exception that says what was wrong with field <paramref name="name"/>.</summary>
    public CheckpointException Wrong(string name, string expected, string found) =>
        CheckpointException.At(file, PathOf(name), expected, found);

    private int ToInteger(string name, JsonElement value, int min, int max)
    {
        bool isNumber = value.ValueKind == JsonValueKind.Number;
        if (isNumber && value.TryGetInt32(out int number) && number >= min && number <= max) return number;
        throw Wrong(name, WholeNumber(min, max), Describe(value));
    }

    private bool TryFind(ReadOnlySpan<string> names, out string name, out JsonElement value)
    {
        foreach (string candidate in names)
        {
            if (!element.TryGetProperty(candidate, out value) || value.ValueKind == JsonValueKind.Null) continue;
            name = candidate;
            return true;
        }

        (name, value) = (names[0], default);
        return false;
    }

    private string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string WholeNumber(int min, int max) => $"a whole number in {min}..{max}";

    private static string AnyNumber(double min, double max) =>
        string.Create(CultureInfo.InvariantCulture, $"a number in {min}..{max}");

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => value.GetRawText(),
    };
}
