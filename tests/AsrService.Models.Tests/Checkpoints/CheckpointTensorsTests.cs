using AsrService.Models.Checkpoints;
using AsrService.Models.Tests.Configuration;
using Xunit;

namespace AsrService.Models.Tests.Checkpoints;

[Trait("Category", "Unit")]
public class CheckpointTensorsTests
{
    [Theory]
    [InlineData("0.6B", 612, 782_426_112, 186_376_192)]
    [InlineData("1.7B", 708, 2_038_052_480, 317_477_504)]
    [InlineData("aligner", 708, 917_728_896, 316_427_904)]
    public void Expected_OfficialConfig_HasThePublishedCounts(string name, int tensors, long parameters, long encoder)
    {
        var config = ModelConfigTests.Named(name);

        var expected = CheckpointTensors.Expected(config);

        Assert.Equal(tensors, expected.Count);
        Assert.Equal(tensors, expected.Select(tensor => tensor.Name).Distinct().Count());
        Assert.Equal(parameters, CheckpointTensors.ParameterCount(config));
        Assert.Equal(encoder, expected.Where(tensor => tensor.Name.StartsWith("audio_tower.", StringComparison.Ordinal)).Sum(tensor => tensor.Shape.Count));
    }
}
