namespace AsrService.Audio;

/// <summary>
/// Says of each 10 ms of one channel at 16 kHz whether it is speech. Its state comes from the samples alone. Not
/// thread-safe.
/// </summary>
public interface IVoiceActivityDetector
{
    /// <summary>
    /// Hops that speech has already lasted when <see cref="Process"/> first says so: they were speech too, unless an
    /// earlier stretch of speech had reached them.
    /// </summary>
    /// <value>0 to 9, constant. Default 0.</value>
    int OnsetHops => 0;

    /// <summary>Takes the next hop in.</summary>
    /// <param name="hop">160 finite samples.</param>
    /// <returns>Whether it is speech.</returns>
    bool Process(ReadOnlySpan<float> hop);

    /// <summary>Forgets all samples.</summary>
    void Reset();
}
