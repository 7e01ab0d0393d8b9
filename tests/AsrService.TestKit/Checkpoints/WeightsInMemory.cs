using AsrService.Kernels;
using AsrService.Models;
using AsrService.Models.Configuration;

namespace AsrService.TestKit;

/// <summary>A model whose tensors are computed when asked for.</summary>
/// <param name="Config">Sizes and ids.</param>
/// <param name="Values">The values of a tensor by canonical name.</param>
public sealed record WeightsInMemory(ModelConfig Config, Func<string, Shape, float[]> Values) : IWeights
{
    public string Name => "in-memory";

    /// <summary>Rounds every value to bfloat16, so that F32 and BF16 weights are the same numbers.</summary>
    public bool AreBf16 { get; init; }

    public bool OutputHeadIsEmbedding() => Config.Aligner is null && Config.Text.TiesEmbeddings;

    public WeightSource Get(string name, Shape expected)
    {
        var values = Values(name, expected);
        if (AreBf16)
        {
            for (int i = 0; i < values.Length; i++) values[i] = Bf16.ToSingle(Bf16.FromSingle(values[i]));
        }
        return WeightSource.FromValues(name, expected, values);
    }
}
