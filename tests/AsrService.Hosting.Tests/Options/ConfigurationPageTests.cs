using AsrService.TestKit;

namespace AsrService.Hosting.Tests.Options;

[Trait("Category", "Unit")]
public class ConfigurationPageTests
{
    private static readonly string File = Path.Combine(RepositoryPaths.Root, "docs", "configuration.md");

    [Fact]
    public void Page_AgainstTheOptions_IsWhatTheySay()
    {
        string page = ConfigurationPage.Write();
        if (Environment.GetEnvironmentVariable(ConfigurationPage.Variable) is { Length: > 0 } file)
        {
            System.IO.File.WriteAllText(file, page);
            return;
        }

        string committed = System.IO.File.ReadAllText(File);

        Assert.True(committed == page, $"docs/configuration.md is not what the options say. Write it anew:\n{ConfigurationPage.Command}");
    }

    [Fact]
    public void Page_EverySetting_HasAMeaning() => Assert.All(
        OptionTree.Settings, setting => Assert.NotEmpty(XmlComments.Of(setting.Property, "summary")));

    [Fact]
    public void Tree_OfTheOptions_ReachesEverySection()
    {
        string[] keys = [.. OptionTree.Settings.Select(setting => setting.Key)];

        Assert.Superset(
            new HashSet<string>(
            [
                "Asr:Models:0:Path", "Asr:Limits:MaxIdle", "Asr:Engine:Weights", "Asr:Auth:AllowAnonymous", "Asr:Resume:Key",
                "Asr:Drain:GracePeriod", "Telemetry:Otlp:Endpoint",
            ]),
            keys.ToHashSet());
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }
}
