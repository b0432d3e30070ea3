namespace Realtime.Sdk.Internal;

/// <summary>The encoding of one sample of one channel in a WAV file. All encodings are little-endian.</summary>
internal enum WavEncoding
{
    /// <summary>8-bit unsigned integer. Silence is 128.</summary>
    UInt8,

    /// <summary>16-bit signed integer.</summary>
    Int16,

    /// <summary>24-bit signed integer.</summary>
    Int24,

    /// <summary>32-bit signed integer.</summary>
    Int32,

    /// <summary>64-bit signed integer.</summary>
    Int64,

    /// <summary>32-bit floating point. Full scale is 1.</summary>
    Float32,

    /// <summary>64-bit floating point. Full scale is 1.</summary>
    Float64,

    /// <summary>G.711 µ-law.</summary>
    Pcmu,

    /// <summary>G.711 A-law.</summary>
    Pcma,
}
