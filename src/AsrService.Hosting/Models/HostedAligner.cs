using AsrService.Engine.Alignment;
using AsrService.Engine.Transcripts;
using Microsoft.Extensions.Configuration;

namespace AsrService.Hosting;

/// <summary>The aligner in a server's own batch loop, for whoever needs one before the server has loaded it.</summary>
public sealed class HostedAligner(IAlignerHost host) : IAligner
{
    /// <summary>Languages that can be aligned.</summary>
    public IReadOnlyList<Language> Languages => host.Aligner.Languages;

    /// <summary>The longest clip.</summary>
    public TimeSpan MaxClip => host.Aligner.Aligner.MaxClip;

    /// <summary>
    /// Whether a server with such settings loads an aligner: unless it is told not to or to call one, the one that is named,
    /// and the bundled one beside the bundled model.
    /// </summary>
    /// <param name="settings">Read without the options' checks, whose mistakes are to be told when the service starts.</param>
    public static bool IsWanted(IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var aligner = settings.GetSection("Asr:Aligner");
        bool isDisabled = bool.TryParse(aligner[nameof(AlignerOptions.Disabled)], out bool disabled) && disabled;
        if (isDisabled || !string.IsNullOrEmpty(aligner[nameof(AlignerOptions.Address)])) return false;
        return !string.IsNullOrEmpty(aligner[nameof(AlignerOptions.Path)]) || !settings.GetSection("Asr:Models").GetChildren().Any();
    }

    /// <inheritdoc/>
    public Task<AlignedText> AlignAsync(AlignmentRequest request, CancellationToken cancellationToken) =>
        host.Aligner.Aligner.AlignAsync(request, cancellationToken);
}
