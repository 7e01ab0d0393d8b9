using AsrService.Audio;

namespace AsrService.Engine.Sessions;

/// <summary>
/// Where a session can be gone on with, by any engine with the same model: what has no final yet, and how it was heard
/// up to there. docs/resume.md says what is in it.
/// </summary>
public sealed class SessionCheckpoint
{
    internal SessionCheckpoint(int updates, IReadOnlyList<ChannelCheckpoint> channels) => (Updates, Channels) = (updates, channels);

    /// <summary>Updates of the session that lie before its final cursor; the others are to be given again.</summary>
    public int Updates { get; }

    internal IReadOnlyList<ChannelCheckpoint> Channels { get; }

    /// <summary>Index of the first sample frame that going on needs, at the rate of the session.</summary>
    public long FirstFrame(int sampleRate)
    {
        var resampler = new Resampler(sampleRate);
        return Channels.Min(channel => resampler.StartAt(channel.Input.First));
    }

    /// <summary>
    /// Whether an update that came after so many sample frames lies before the final cursor: then the config in force
    /// there has it, and it is not given again.
    /// </summary>
    public bool Covers(long frames, int sampleRate) =>
        UpdatePlaces.IsBefore(frames, Channels.Min(channel => channel.Final), sampleRate);

    /// <summary>Writes it: about 200 bytes a channel, at most 470.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream(256);
        using var to = new BinaryWriter(bytes);
        to.Write((byte)Channels.Count);
        foreach (var channel in Channels) channel.Write(to);
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote, with no updates before the cursor.</summary>
    /// <exception cref="InvalidDataException">It did not write this.</exception>
    public static SessionCheckpoint FromBytes(byte[] bytes)
    {
        using var from = new BinaryReader(new MemoryStream(bytes));
        try
        {
            int count = from.ReadByte();
            if (count is < 1 or > AudioReader.MaxChannels) throw new InvalidDataException($"{count} channels.");
            var channels = new ChannelCheckpoint[count];
            for (int i = 0; i < count; i++) channels[i] = ChannelCheckpoint.Read(from);
            return new SessionCheckpoint(0, channels);
        }
        catch (EndOfStreamException cut)
        {
            throw new InvalidDataException("A checkpoint was cut.", cut);
        }
    }
}
