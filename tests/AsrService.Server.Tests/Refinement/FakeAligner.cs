using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using AsrService.Server.Diagnostics;
using AsrService.Server.Refinement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AsrService.Server.Tests.Refinement;

/// <summary>An aligner that does as a test says; by itself it spreads the units evenly over the clip.</summary>
internal sealed class FakeAligner : IAligner
{
    private int _calls;

    public IReadOnlyList<Language> Languages { get; init; } = LanguageCatalog.All;

    public TimeSpan MaxClip { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What it does; may be changed at any time.</summary>
    public Func<AlignmentRequest, CancellationToken, Task<AlignedText>> Answer { get; set; } =
        (request, _) => Task.FromResult(Spread(request));

    /// <summary>Requests so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public Task<AlignedText> AlignAsync(AlignmentRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return Answer(request, cancellationToken);
    }

    /// <summary>Units of the text, evenly over the clip, with 20 ms between them.</summary>
    public static AlignedText Spread(AlignmentRequest request)
    {
        var units = AlignmentUnits.Split(request.Text, request.Language?.Name);
        var length = TimeSpan.FromMilliseconds(request.Samples.Length / 16 / Math.Max(1, units.Count));
        return new AlignedText
        {
            Units = [.. units.Select((unit, i) => new AlignedUnit(
                unit.Text, i * length, (i + 1) * length - TimeSpan.FromMilliseconds(20), 0.9f, IsRepaired: false))],
            Duration = TimeSpan.FromMilliseconds(request.Samples.Length / 16),
        };
    }

    /// <summary>Puts an aligner into a server.</summary>
    /// <param name="aligner">The aligner.</param>
    /// <param name="options">Null for retries without delay.</param>
    /// <param name="clock">Of timeouts and pauses; null for the system's.</param>
    public static Action<IServiceCollection> Serve(IAligner aligner, RefinementOptions? options = null, TimeProvider? clock = null) =>
        services => services.Replace(ServiceDescriptor.Singleton(provider => new WordAligner(
            aligner, options ?? Hasty, provider.GetRequiredService<RefinementMetrics>(), clock ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<WordAligner>>())));

    public static RefinementOptions Hasty { get; } = new() { RetryDelay = TimeSpan.FromMilliseconds(1) };
}
