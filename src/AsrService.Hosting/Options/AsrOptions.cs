namespace AsrService.Hosting;

/// <summary>What the service does; section <c>Asr</c>.</summary>
public sealed record AsrOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Asr";

    /// <summary>The models to load; one for now.</summary>
    /// <value>At most one. Default none, which means the bundled demonstration model.</value>
    public IList<ModelLocation> Models { get; init; } = [];

    /// <summary>What callers may ask for.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>How the model is held and run.</summary>
    public EngineSettings Engine { get; init; } = new();

    /// <summary>Who aligns words with the audio.</summary>
    public AlignerOptions Aligner { get; init; } = new();

    /// <summary>Who may call.</summary>
    public AuthOptions Auth { get; init; } = new();

    /// <summary>How much each tenant may use.</summary>
    public QuotaOptions Quotas { get; init; } = new();

    /// <summary>Whose resume tokens work.</summary>
    public ResumeOptions Resume { get; init; } = new();

    /// <summary>How the service leaves.</summary>
    public DrainOptions Drain { get; init; } = new();

    /// <summary>Where checkpoints come from.</summary>
    public HubOptions Hub { get; init; } = new();
}

/// <summary>Where a model lies.</summary>
public sealed record ModelLocation
{
    /// <summary>
    /// A checkpoint folder. The bundled <c>demo-asr</c> is looked for in <c>ASR_MODELS</c>, <c>./models</c>, beside the program
    /// and above it. <c>--model FOLDER</c> is short for this setting.
    /// </summary>
    /// <value>A folder. Default none: the bundled model.</value>
    public string Path { get; init; } = "";
}
