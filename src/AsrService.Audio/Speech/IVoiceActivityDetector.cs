namespace AsrService.Audio;

/// <summary>
/// Says of each 10 ms of one channel at 16 kHz whether it is speech. Its state comes from the samples alone. Not
/// thread-safe.
/// </summary>
public interface IVoiceActivityDetector
{
    /// <summary>
    /// How many of the latest hops, all called silence, become speech if the next <see cref="Process"/> says speech.
    /// </summary>
    /// <value>0 to 50; at most one more than before the latest hop. Default 0.</value>
    int UndecidedHops => 0;

    /// <summary>Takes the next hop in.</summary>
    /// <param name="hop">160 finite samples.</param>
    /// <returns>Whether it is speech.</returns>
    bool Process(ReadOnlySpan<float> hop);

    /// <summary>Forgets all samples.</summary>
    void Reset();
}
