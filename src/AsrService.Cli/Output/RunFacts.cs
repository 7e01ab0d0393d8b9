using AsrService.Kernels;

namespace AsrService.Cli.Output;

/// <summary>What holds for every file of a run.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Notice">One line that users of the model must see; null for none.</param>
/// <param name="Weights">Format of its weights.</param>
/// <param name="LoadTime">Time it took to load.</param>
internal sealed record RunFacts(string Model, string? Notice, DType Weights, TimeSpan LoadTime)
{
    public string WeightsName => Weights == DType.F32 ? "f32" : "bf16";
}
