using System.Text;
using AsrService.Hosting;
using V1 = AsrService.Contracts.V1;

namespace AsrService.Server.Transcriber;

/// <summary>What to expect being said, from the wire.</summary>
internal static class BiasingMapping
{
    private const int MaxTerms = 1000, MaxTermBytes = 200, MaxContextBytes = 10_000;

    /// <summary>Checks it; messages hold none of its words.</summary>
    public static void Check(V1.Biasing? biasing, Violations.Field field)
    {
        if (biasing is null) return;
        int count = biasing.Terms.Count;
        if (count > MaxTerms) field["terms"].Refuse($"{count} terms; at most {MaxTerms}.");
        for (int i = 0; i < Math.Min(count, MaxTerms); i++)
        {
            int bytes = Encoding.UTF8.GetByteCount(biasing.Terms[i]);
            if (bytes is < 1 or > MaxTermBytes) field["terms"][i].Refuse($"{bytes} bytes are not in 1 to {MaxTermBytes}.");
        }

        int contextBytes = Encoding.UTF8.GetByteCount(biasing.Context);
        if (contextBytes > MaxContextBytes) field["context"].Refuse($"{contextBytes} bytes are more than {MaxContextBytes}.");
    }

    /// <summary>The context that the model takes, and whether anything was cut for it.</summary>
    public static (string Context, bool IsTruncated) Fit(V1.Biasing? biasing, ModelFacts model) =>
        biasing is null || (biasing.Terms.Count == 0 && biasing.Context.Length == 0)
            ? ("", false)
            : model.FitContext([.. biasing.Terms], biasing.Context);
}
