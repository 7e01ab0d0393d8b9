using System.Globalization;

namespace AsrService.Hosting.Tests.Options;

/// <summary>Every setting there is, those to come included: a documented range is an enforced one.</summary>
[Trait("Category", "Unit")]
public class DocumentedRangeTests
{
    private const string Nonsense = "nonsense";

    /// <summary>Texts that a setting refuses; those not named here take any.</summary>
    private static readonly Dictionary<string, string> BadTexts = new()
    {
        ["Asr:Models:0:Path"] = "",
        ["Asr:Resume:Key"] = "AAAA",
        ["Telemetry:Otlp:Endpoint"] = "nowhere",
    };

    public static TheoryData<string> Ranged => [.. OptionTree.Settings.Where(IsRanged).Select(setting => setting.Key)];

    public static TheoryData<string> Read => [.. OptionTree.Settings.Where(setting => setting.Type != typeof(string)).Select(setting => setting.Key)];

    public static TheoryData<string> Sections => [.. OptionTree.Sections.Select(section => section.Key)];

    [Theory, MemberData(nameof(Ranged))]
    public void Start_AtTheEndsOfARange_IsWithinIt(string key)
    {
        var (least, most, _, _) = Values(key);

        foreach (string value in new[] { least, most })
            Assert.DoesNotContain(Startup.Mistakes((key, value)), mistake => mistake.StartsWith($"{key}: {value} is not in", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Ranged))]
    public void Start_BeyondARange_NamesSettingValueAndLimits(string key)
    {
        var (least, most, below, above) = Values(key);

        foreach (string value in new[] { below, above })
            Assert.Contains($"{key}: {value} is not in {least} to {most}.", Startup.Mistakes((key, value)));
    }

    [Theory, MemberData(nameof(Read))]
    public void Start_NonsenseText_NamesSettingTextAndWhatIsExpected(string key)
    {
        string mistake = Assert.Single(Startup.Mistakes((key, Nonsense)), text => text.StartsWith(key + ": ", StringComparison.Ordinal));

        Assert.StartsWith($"{key}: \"{Nonsense}\" is not ", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_NumberOfNoEnumerationValue_IsRefused() => Assert.All(
        OptionTree.Settings.Where(setting => setting.Type.IsEnum),
        setting => Assert.Contains(
            $"{setting.Key}: \"99\" is not one of {string.Join(", ", Enum.GetNames(setting.Type))}.", Startup.Mistakes((setting.Key, "99"))));

    [Theory, MemberData(nameof(Sections))]
    public void Start_SettingOfNoName_IsNamed(string section) => Assert.Contains(
        Startup.Mistakes(($"{section}:Nonsense", "1")),
        mistake => mistake.StartsWith($"{section}:Nonsense: there is no such setting; {section} has ", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Sections))]
    public void Start_ValueForASection_IsNamed(string section) =>
        Assert.Contains($"{section}: is a section, so it has no value of its own.", Startup.Mistakes((section, "1")));

    [Theory, MemberData(nameof(Read))]
    public void Start_SectionForAValue_IsNamed(string key) =>
        Assert.Contains($"{key}:More: there is no such setting; {key} is one value.", Startup.Mistakes(($"{key}:More", "1")));

    [Fact]
    public void Start_EverythingWrong_IsToldAtOnce()
    {
        var wrong = OptionTree.Settings.Where(setting => setting.Type != typeof(string)).Select(setting => (setting.Key, Value: WrongValue(setting)))
            .Concat(BadTexts.Select(text => (text.Key, Value: text.Value)))
            .Append((Key: "Asr:Limits:MaxIdel", Value: "00:00:30"))
            .ToList();

        var mistakes = Startup.Mistakes(wrong);

        Assert.All(wrong, one => Assert.Contains(mistakes, text => text.StartsWith(one.Key + ": ", StringComparison.Ordinal)));
    }

    private static string WrongValue(Setting setting) => IsRanged(setting) ? Values(setting.Key).Above : Nonsense;

    private static bool IsRanged(Setting setting) => setting.Type == typeof(TimeSpan) || Type.GetTypeCode(setting.Type) is TypeCode.Double
        || (!setting.Type.IsEnum && Type.GetTypeCode(setting.Type) is TypeCode.Int32 or TypeCode.Int64);

    /// <summary>As they are written: the ends of the documented range, and the next values beyond them.</summary>
    private static (string Least, string Most, string Below, string Above) Values(string key)
    {
        var setting = OptionTree.Settings.Single(setting => setting.Key == key);
        var (least, most) = DocumentedValue.Of(setting).Limits();
        bool isTime = setting.Type == typeof(TimeSpan);
        double next = isTime || setting.Type == typeof(double) ? 0.001 : 1;
        return (Text(least), Text(most), Text(least - next), Text(most + next));

        string Text(double value) => isTime
            ? TimeSpan.FromMilliseconds(Math.Round(value * 1000)).ToString("c", CultureInfo.InvariantCulture)
            : ((decimal)value).ToString(CultureInfo.InvariantCulture);
    }
}
