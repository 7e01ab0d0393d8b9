using AsrService.Cli.Load;
using Xunit;

namespace AsrService.Cli.Tests.Load;

[Trait("Category", "Unit")]
public class ServerUsagesTests
{
    private const string Page = """
        # HELP process_cpu_seconds_total Time.
        dotnet_process_cpu_time_seconds_total{cpu_mode="user"} 1.5
        dotnet_process_cpu_time_seconds_total{cpu_mode="sys tem"} 0.25 1700000000000
        process_cpu_seconds_total_more 9
        dotnet_process_memory_working_set_bytes 1.25e8
        """;

    [Fact]
    public void Sum_Labels_AreSummed() =>
        Assert.Equal(1.75, ServerUsages.Sum(Page, ["process_cpu_seconds_total", "dotnet_process_cpu_time_seconds_total"]));

    [Fact]
    public void Sum_NoLabels_IsTheValue() =>
        Assert.Equal(1.25e8, ServerUsages.Sum(Page, ["dotnet_process_memory_working_set_bytes"]));

    [Fact]
    public void Sum_Absent_IsNull() => Assert.Null(ServerUsages.Sum(Page, ["process_resident_memory_bytes"]));

    [Fact]
    public void OfProcess_Gone_IsAUsageError() => Assert.Throws<UsageException>(() => ServerUsages.OfProcess(int.MaxValue));
}
