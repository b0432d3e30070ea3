namespace Realtime.Sdk.Testing;

/// <summary>How a connection ends without saying so in the protocol spoken on it.</summary>
public enum ConnectionFailure
{
    /// <summary>The server stops sending and says so at the TCP level, as a process that ends in an orderly way.</summary>
    Fin,

    /// <summary>The TCP connection is reset, as by a process or proxy that crashes.</summary>
    Reset,

    /// <summary>Nothing more is sent and nothing is closed, as by a machine that lost its network.</summary>
    BlackHole,
}

/// <summary>What goes wrong below the protocol on one TCP connection, counted in bytes that the client does receive.</summary>
public sealed record ConnectionFault
{
    /// <summary>How many bytes still reach the client: of the answer, its status line included, or of the session from now on.</summary>
    public long AfterBytes { get; init; }

    /// <summary>How the connection ends after them; null lets it go on, so that only <see cref="PerByte"/> matters.</summary>
    public ConnectionFailure? End { get; init; }

    /// <summary>The pause before each byte, by the emulator's time: an answer that drips. Zero sends at once.</summary>
    public TimeSpan PerByte { get; init; }
}
