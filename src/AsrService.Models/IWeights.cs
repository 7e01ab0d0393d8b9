using AsrService.Kernels;
using AsrService.Models.Configuration;

namespace AsrService.Models;

/// <summary>Where a model's parameters come from: a checkpoint folder, or numbers made in memory for a benchmark.</summary>
public interface IWeights
{
    /// <summary>The model's name, for people.</summary>
    string Name { get; }

    /// <summary>Sizes and special ids.</summary>
    ModelConfig Config { get; }

    /// <summary>Whether the embedding also serves as the output head, so that one packed copy is enough.</summary>
    bool OutputHeadIsEmbedding();

    /// <summary>A tensor by its canonical name (the original one without <c>thinker.</c>).</summary>
    WeightSource Get(string name, Shape expected);
}
