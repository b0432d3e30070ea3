namespace Realtime.Sdk.Benchmarks;

/// <summary>Opens a session of one candidate. The model selects the behavior of the server.</summary>
internal delegate Task<ISession> Connect(string model);

/// <summary>The candidates of the end-to-end rows.</summary>
internal static class Connectors
{
    public const string Floor = "floor: raw socket, frames walked through";
    public const string WebSocket = "ClientWebSocket, discarded";
    public const string Naive = "naive ClientWebSocket + JsonSerializer";

    /// <param name="endpoint">The server.</param>
    /// <param name="floorBuffer">The size of the buffer of the floor, which has nothing else: <see cref="FloorSession.LargeBuffer"/>, for example.</param>
    public static IEnumerable<(string Name, Connect Connect)> Of(Uri endpoint, int floorBuffer) =>
        [.. OfClients(endpoint), (Floor, model => FloorSession.ConnectAsync(endpoint, model, floorBuffer))];

    /// <summary>The candidates without the floor.</summary>
    public static IEnumerable<(string Name, Connect Connect)> OfClients(Uri endpoint) =>
    [
        (Goal.Official, OfficialSession.Connector(endpoint)),
        (Ours.Owned, OurSession.Connector(endpoint, leased: false)),
        (Ours.Leased, OurSession.Connector(endpoint, leased: true)),
        (Naive, model => NaiveSession.ConnectAsync(endpoint, model)),
        (WebSocket, model => DiscardingSession.ConnectAsync(endpoint, model)),
    ];

    /// <summary>Fails the row unless <paramref name="done"/> equals <paramref name="expected"/>. Candidates that read no content count only messages.</summary>
    public static void Expect(string name, Work expected, Work done) =>
        Meter.Expect(name, name is Floor or WebSocket ? new(expected.Events, 0, 0) : expected, done);
}
