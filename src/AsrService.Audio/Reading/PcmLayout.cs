namespace AsrService.Audio;

/// <summary>Where and how samples lie in a stream; a null length means to its end.</summary>
internal readonly record struct PcmLayout(SampleEncoding Encoding, long SampleRate, int Channels, long? DataLength)
{
    public int FrameBytes => PcmDecoder.BytesPerSample(Encoding) * Channels;

    /// <summary>Refuses rates and channel counts that no recording of speech has.</summary>
    public PcmLayout Checked(string name)
    {
        if (Channels is < 1 or > AudioReader.MaxChannels)
            throw AudioFormatException.Field(name, "channels", $"1 to {AudioReader.MaxChannels}", Channels);
        if (SampleRate is < Resampler.MinRate or > Resampler.MaxRate)
        {
            throw AudioFormatException.Field(
                name, "sample rate", $"{Resampler.MinRate} to {Resampler.MaxRate} Hz", $"{SampleRate} Hz");
        }

        return this;
    }
}
