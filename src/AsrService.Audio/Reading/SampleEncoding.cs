namespace AsrService.Audio;

/// <summary>How one sample is stored; multi-byte values are little-endian.</summary>
public enum SampleEncoding
{
    /// <summary>Unsigned 8-bit integer around 128.</summary>
    U8,

    /// <summary>Signed 16-bit integer, divided by 32768.</summary>
    S16,

    /// <summary>Signed 24-bit integer in three bytes, divided by 2^23.</summary>
    S24,

    /// <summary>Signed 32-bit integer, divided by 2^31.</summary>
    S32,

    /// <summary>IEEE 754 single precision, taken as it is.</summary>
    F32,

    /// <summary>IEEE 754 double precision, rounded to single.</summary>
    F64,

    /// <summary>G.711 µ-law, 8 bits a sample.</summary>
    MuLaw,

    /// <summary>G.711 A-law, 8 bits a sample.</summary>
    ALaw,
}
