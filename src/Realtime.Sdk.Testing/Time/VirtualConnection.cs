namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// Counts the messages in transit on one WebSocket, at both ends. Guarded by the clock's lock. A direction does not count when its receiver has ended, or while a
/// fault prevents it from receiving. When its sender has ended, the end itself counts as in transit until the receiver has noticed it.
/// </summary>
internal sealed class VirtualConnection
{
    /// <summary>The client's end.</summary>
    public ConnectionEnd Client { get; set; }

    /// <summary>The emulator's end.</summary>
    public ConnectionEnd Server { get; set; }

    /// <summary>Whether the answer to the handshake may be in transit.</summary>
    public bool IsAnswered { get; set; }

    public int SentByClient { get; set; }

    public int ReceivedByServer { get; set; }

    public int SentByServer { get; set; }

    public int ReceivedByClient { get; set; }

    /// <summary>The number of sends of the client that have not ended, whether or not the message was received.</summary>
    public int Sends { get; set; }

    /// <summary>The number of messages of the emulator whose sends have not ended, whether or not they were received.</summary>
    public int ServerSends { get; set; }

    /// <summary>The number of reasons why the client receives nothing at present.</summary>
    public int ClientPauses { get; set; }

    /// <summary>The number of reasons why the emulator receives nothing at present.</summary>
    public int ServerPauses { get; set; }

    /// <summary>Whether the emulator has cut the connection, which the client will notice.</summary>
    public bool IsCut { get; set; }

    /// <summary>Whether the emulator's data no longer arrives, which the client will not notice.</summary>
    public bool IsSilent { get; set; }

    public bool IsOver => Client is ConnectionEnd.None or ConnectionEnd.Ended && Server is ConnectionEnd.None or ConnectionEnd.Ended;

    public int InTransit => ToServer + ToClient;

    public int ToServer
    {
        get
        {
            if (Server == ConnectionEnd.None)
                return Client == ConnectionEnd.Opening ? 1 : 0;
            if (Client == ConnectionEnd.None || Server == ConnectionEnd.Ended || ServerPauses > 0)
                return 0;
            return Client == ConnectionEnd.Ended ? 1 : SentByClient - ReceivedByServer + Sends;
        }
    }

    public int ToClient
    {
        get
        {
            if (Client is ConnectionEnd.None or ConnectionEnd.Ended || Server == ConnectionEnd.None || IsSilent || ClientPauses > 0)
                return 0;
            if (Server == ConnectionEnd.Ended || IsCut)
                return 1;
            return Client == ConnectionEnd.Opening ? (IsAnswered ? 1 : 0) : SentByServer - ReceivedByClient + ServerSends;
        }
    }
}

/// <summary>The state of one end of a connection.</summary>
internal enum ConnectionEnd
{
    /// <summary>The state is not known, because the end uses another clock.</summary>
    None,

    /// <summary>The handshake is in progress.</summary>
    Opening,

    /// <summary>Messages are sent and received.</summary>
    Open,

    /// <summary>Nothing more is sent or received.</summary>
    Ended,
}
