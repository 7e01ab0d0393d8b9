namespace AsrService.Hosting;

/// <summary>Reasons in <c>ErrorInfo</c> of domain <c>asr.v1</c>; docs/api.md says what each asks of the caller.</summary>
public static class ErrorReasons
{
    /// <summary>Who defines the reasons.</summary>
    public const string Domain = "asr.v1";

    /// <summary>A value out of its range.</summary>
    public const string BadValue = "BAD_VALUE";

    /// <summary>A recording that cannot be decoded.</summary>
    public const string AudioDecode = "AUDIO_DECODE";

    /// <summary>No such model.</summary>
    public const string ModelUnknown = "MODEL_UNKNOWN";

    /// <summary>A resume token that does not work.</summary>
    public const string TokenInvalid = "TOKEN_INVALID";

    /// <summary>A resume with another config than the token's.</summary>
    public const string ConfigMismatch = "CONFIG_MISMATCH";

    /// <summary>A resume whose audio begins too late.</summary>
    public const string ResumeGap = "RESUME_GAP";

    /// <summary>A newer call resumed the session.</summary>
    public const string Superseded = "SUPERSEDED";

    /// <summary>Messages in a wrong order.</summary>
    public const string MessageOrder = "MESSAGE_ORDER";

    /// <summary>Aligned times required and not to be had.</summary>
    public const string WordTimes = "WORD_TIMES";

    /// <summary>Audio is missing.</summary>
    public const string SequenceGap = "SEQUENCE_GAP";

    /// <summary>The session reached its longest audio.</summary>
    public const string SessionLimit = "SESSION_LIMIT";

    /// <summary>A file over the server's limits.</summary>
    public const string FileLimit = "FILE_LIMIT";

    /// <summary>No free place.</summary>
    public const string ServerFull = "SERVER_FULL";

    /// <summary>The caller's own quota is used up.</summary>
    public const string TenantQuota = "TENANT_QUOTA";

    /// <summary>No credentials, or none that work.</summary>
    public const string Credentials = "CREDENTIALS";

    /// <summary>Credentials that give no right to this.</summary>
    public const string Forbidden = "FORBIDDEN";

    /// <summary>No message for the idle limit.</summary>
    public const string Idle = "IDLE";

    /// <summary>Results are not read.</summary>
    public const string SlowReader = "SLOW_READER";

    /// <summary>The server shuts down.</summary>
    public const string Draining = "DRAINING";

    /// <summary>The model is not ready.</summary>
    public const string Loading = "LOADING";

    /// <summary>A fault of ours.</summary>
    public const string EngineFault = "ENGINE_FAULT";
}
