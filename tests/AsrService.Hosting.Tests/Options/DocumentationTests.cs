using System.Reflection;
using AsrService.TestKit;

namespace AsrService.Hosting.Tests.Options;

[Trait("Category", "Unit")]
public class DocumentationTests
{
    [Theory]
    [InlineData(typeof(LimitOptions), "Asr:Limits")]
    [InlineData(typeof(EngineSettings), "Asr:Engine")]
    [InlineData(typeof(AlignerOptions), "Asr:Aligner")]
    [InlineData(typeof(AuthOptions), "Asr:Auth")]
    [InlineData(typeof(ModelLocation), "Asr:Models:0")]
    [InlineData(typeof(ResumeOptions), "Asr:Resume")]
    [InlineData(typeof(DrainOptions), "Asr:Drain")]
    public void Operations_EverySetting_HasARow(Type options, string section)
    {
        string page = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "operations.md"));

        Assert.All(
            options.GetProperties(BindingFlags.Public | BindingFlags.Instance),
            setting => Assert.Contains($"| `{section}:{setting.Name}` |", page, StringComparison.Ordinal));
    }
}
