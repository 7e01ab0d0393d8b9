namespace Grpc.Core;

/// <summary>How a channel protects its connection, and credentials that all its calls carry.</summary>
public abstract class ChannelCredentials
{
    private protected ChannelCredentials()
    {
    }

    /// <summary>Clear text.</summary>
    public static ChannelCredentials Insecure { get; } = new Of(isSecure: false, null);

    /// <summary>TLS, trusting what the channel's handler trusts.</summary>
    public static ChannelCredentials SecureSsl { get; } = new Of(isSecure: true, null);

    /// <summary>Whether the connection is TLS.</summary>
    internal abstract bool IsSecure { get; }

    /// <summary>What every call of the channel carries; null for nothing.</summary>
    internal abstract CallCredentials? Calls { get; }

    /// <summary>A channel's credentials with credentials for its calls added.</summary>
    /// <exception cref="ArgumentException">The channel is clear text: credentials would be readable on the
    /// way.</exception>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        if (!channelCredentials.IsSecure)
        {
            throw new ArgumentException("Call credentials need a TLS channel.", nameof(channelCredentials));
        }

        var calls = channelCredentials.Calls is { } before
            ? CallCredentials.Compose(before, callCredentials)
            : callCredentials;
        return new Of(isSecure: true, calls);
    }

    private sealed class Of(bool isSecure, CallCredentials? calls) : ChannelCredentials
    {
        internal override bool IsSecure => isSecure;

        internal override CallCredentials? Calls => calls;
    }
}
