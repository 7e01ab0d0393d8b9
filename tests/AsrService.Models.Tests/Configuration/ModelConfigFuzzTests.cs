using System.Text;
using AsrService.Models.Checkpoints;
using AsrService.Models.Configuration;
using AsrService.TestKit;
using Xunit;

namespace AsrService.Models.Tests.Configuration;

[Trait("Category", "Unit")]
public class ModelConfigFuzzTests
{
    [Theory, InlineData(CheckpointNaming.Original), InlineData(CheckpointNaming.Hf)]
    public void Read_MutatedConfig_ThrowsNothingElse(CheckpointNaming naming)
    {
        byte[] json = Encoding.UTF8.GetBytes(ConfigJson.Write(TinyConfigs.Aligner, naming).ToJsonString());
        int refused = 0;
        foreach (byte[] mutant in Mutations.Of(json, count: 2000, seed: 1))
        {
            try
            {
                ModelConfigTests.Parse(mutant, new OutputHeadFacts(true, 50));
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 2000);
    }
}
