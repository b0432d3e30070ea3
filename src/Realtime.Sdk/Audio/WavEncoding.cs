namespace Realtime.Sdk.Internal;

/// <summary>How one sample of one channel is stored in a WAV file. Everything is little-endian.</summary>
internal enum WavEncoding
{
    /// <summary>8 bits, unsigned: silence is 128.</summary>
    UInt8,

    /// <summary>16 bits, signed.</summary>
    Int16,

    /// <summary>24 bits, signed.</summary>
    Int24,

    /// <summary>32 bits, signed.</summary>
    Int32,

    /// <summary>64 bits, signed.</summary>
    Int64,

    /// <summary>32-bit floating point: full scale is 1.</summary>
    Float32,

    /// <summary>64-bit floating point: full scale is 1.</summary>
    Float64,

    /// <summary>G.711 µ-law.</summary>
    Pcmu,

    /// <summary>G.711 A-law.</summary>
    Pcma,
}
