using System.Security.Cryptography.X509Certificates;

namespace AsrService.Client;

/// <summary>How a client connects, who it says it is, and how it goes on after a break.</summary>
public sealed record AsrClientOptions
{
    /// <summary>Key that is sent as <c>x-api-key</c> with every call.</summary>
    /// <value>Default null: none.</value>
    public string? ApiKey { get; init; }

    /// <summary>Gives the token that is sent as <c>authorization: Bearer …</c>; asked at every call and every
    /// reconnect, so that it may renew a token that expires.</summary>
    /// <value>Default null: none.</value>
    public Func<CancellationToken, ValueTask<string>>? BearerToken { get; init; }

    /// <summary>Whether credentials may travel in clear text to an address that is not of this machine.</summary>
    /// <value>Default false: such an address is refused when the client is made.</value>
    public bool AllowsCredentialsInClearText { get; init; }

    /// <summary>Roots that a service's certificate must lead to, in place of those of the system.</summary>
    /// <value>Default null: the system's.</value>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Certificate with its private key by which this client shows who it is.</summary>
    /// <value>Default null: none.</value>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>How long connecting and the first answer of a live stream may take before the next address is tried.</summary>
    /// <value>1 s to 10 min. Default 20 s.</value>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How live streams go on after a break.</summary>
    public ReconnectOptions Reconnect { get; init; } = new();

    /// <summary>Clock of all delays and timeouts.</summary>
    /// <value>Default <see cref="TimeProvider.System"/>.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal bool HasCredentials => ApiKey is not null || BearerToken is not null;

    internal void Validate()
    {
        Ranges.Check(AnswerTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), nameof(AnswerTimeout));
        Reconnect.Validate();
    }
}
