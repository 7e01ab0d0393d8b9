using Xunit;

namespace AsrService.Repository.Tests;

[Trait("Category", "Unit")]
public class LayersTests
{
    [Theory]
    [InlineData("AsrService.Engine", "AsrService.Kernels", true)]
    [InlineData("AsrService.Cli", "AsrService.Audio", true)]
    [InlineData("AsrService.Kernels", "AsrService.Models", false)]
    [InlineData("AsrService.Engine", "AsrService.Rpc", false)]
    [InlineData("AsrService.Models", "AsrService.Tokenizer", false)]
    [InlineData("AsrService.Client", "AsrService.Contracts", false)]
    public void MaySee_TwoProjects_FollowsTheArrows(string project, string other, bool expected) =>
        Assert.Equal(expected, Layers.MaySee(project, other));

    [Theory]
    [InlineData("AsrService.Engine", "Microsoft.AspNetCore.App", true)]
    [InlineData("AsrService.Audio", "Grpc.Core.Api", true)]
    [InlineData("AsrService.Models", "Google.Protobuf", true)]
    [InlineData("AsrService.Engine", "Microsoft.Extensions.Configuration.Abstractions", true)]
    [InlineData("AsrService.Engine", "Microsoft.Extensions.Options", false)]
    [InlineData("AsrService.Server", "Microsoft.AspNetCore.App", false)]
    public void IsForbidden_Dependency_IsToldByProject(string project, string dependency, bool expected) =>
        Assert.Equal(expected, Layers.IsForbidden(project, dependency));
}
