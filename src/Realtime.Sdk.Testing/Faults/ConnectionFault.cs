namespace Realtime.Sdk.Testing;

/// <summary>The way in which a connection fails, without a close in its HTTP or WebSocket protocol.</summary>
public enum ConnectionFailure
{
    /// <summary>The server ends the TCP connection in an orderly way (FIN), as when its process exits.</summary>
    Fin,

    /// <summary>The TCP connection is reset, as when a process or a proxy crashes.</summary>
    Reset,

    /// <summary>Nothing more is sent, and the connection is not closed, as when a machine loses its network.</summary>
    BlackHole,
}

/// <summary>A failure or a slowdown of one TCP connection.</summary>
public sealed record ConnectionFault
{
    /// <summary>The number of bytes that still reach the client: of the answer, including its status line, or of the session from now on. The default is 0.</summary>
    public long AfterBytes { get; init; }

    /// <summary>How the connection ends after <see cref="AfterBytes"/>. The default is null: it does not end, and only <see cref="PerByte"/> applies.</summary>
    public ConnectionFailure? End { get; init; }

    /// <summary>The pause before each byte, by the emulator's clock, which makes the connection slow. The default is zero: bytes are sent without a pause.</summary>
    public TimeSpan PerByte { get; init; }
}
