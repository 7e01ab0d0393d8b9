using Xunit;

namespace AsrService.Contracts.Tests;

/// <summary>
/// Holds asr.v1 to its committed baseline; how to write a new one stands at the top of protos/baseline/asr-v1.txt.
/// </summary>
[Trait("Category", "Unit")]
public sealed class ContractCompatibilityTests
{
    private const string WriteTo = "ASR_CONTRACT_BASELINE";

    [Fact]
    public void Contract_AgainstBaseline_BreaksNoClient()
    {
        var current = ContractSurface.Of(ContractFiles.OfAsr());
        if (Environment.GetEnvironmentVariable(WriteTo) is { Length: > 0 } file)
        {
            File.WriteAllLines(file, Header.Concat(ContractSurface.Write(current)));
            return;
        }

        var broken = ContractComparison.BreakingChanges(ContractSurface.Read(EmbeddedFile.Lines("asr-v1.txt")), current);

        Assert.True(broken.Count == 0, $"The contract breaks its clients:\n{string.Join('\n', broken)}");
    }

    [Fact]
    public void Baseline_Itself_IsNotEmpty() => Assert.True(EmbeddedFile.Lines("asr-v1.txt").Count > 400);

    private static IEnumerable<string> Header =>
    [
        "# What clients of asr.v1 depend on. A line may be added, never changed or removed: ContractCompatibilityTests.",
        "# Write it anew after additions, so that these are held too (from the root of the repository):",
        $"#   {WriteTo}=$PWD/protos/baseline/asr-v1.txt dotnet test tests/AsrService.Contracts.Tests",
    ];
}
