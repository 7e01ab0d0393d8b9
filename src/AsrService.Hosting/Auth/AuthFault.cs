namespace AsrService.Hosting;

/// <summary>Why credentials were not taken; counted by these names, and told to nobody in more detail than expired or not.</summary>
internal enum AuthFault
{
    /// <summary>None were presented.</summary>
    Missing,

    /// <summary>Several at once, or none in a form that is known here.</summary>
    Malformed,

    /// <summary>No key of ours, and no token.</summary>
    UnknownKey,

    /// <summary>A token, or a certificate on a connection that outlives it, that was good once.</summary>
    Expired,

    /// <summary>A token that is good later.</summary>
    NotYetValid,

    /// <summary>A token for somebody else.</summary>
    Audience,

    /// <summary>A token of somebody else.</summary>
    Issuer,

    /// <summary>A token whose signature is not of any key that is known.</summary>
    Signature,

    /// <summary>A token that is wrong in another way, or unsigned.</summary>
    BadToken,

    /// <summary>Good credentials that name no tenant, or in characters that no tenant has.</summary>
    Tenant,

    /// <summary>A certificate of no authority of ours.</summary>
    Certificate,

    /// <summary>The identity provider's keys cannot be read, so that nothing can be said of a token.</summary>
    ProviderUnreachable,
}

/// <summary>What was made of a caller's credentials: who he is, or why they were not taken.</summary>
internal readonly record struct AuthVerdict(Caller? Caller, AuthFault Fault)
{
    public static implicit operator AuthVerdict(Caller caller) => new(caller, default);

    public static implicit operator AuthVerdict(AuthFault fault) => new(null, fault);
}
