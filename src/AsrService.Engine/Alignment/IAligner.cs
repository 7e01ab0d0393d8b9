using AsrService.Engine.Transcripts;

namespace AsrService.Engine.Alignment;

/// <summary>Aligns transcripts for many callers at once, in this process or elsewhere.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IAligner
{
    /// <summary>Languages that can be aligned, as far as is known: a request may still be refused for its language.</summary>
    IReadOnlyList<Language> Languages { get; }

    /// <summary>The longest clip that is aligned at once.</summary>
    TimeSpan MaxClip { get; }

    /// <summary>Aligns one transcript.</summary>
    /// <param name="request">What; its samples are read until the task completes.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AsrException">
    /// The request cannot be aligned (<see cref="AsrFailure.InvalidAudio"/>, <see cref="AsrFailure.InvalidOptions"/>), there
    /// is no place for it now, or the aligner failed.
    /// </exception>
    Task<AlignedText> AlignAsync(AlignmentRequest request, CancellationToken cancellationToken);
}
