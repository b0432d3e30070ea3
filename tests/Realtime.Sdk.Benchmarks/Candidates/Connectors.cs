namespace Realtime.Sdk.Benchmarks;

/// <summary>Opens a session of one candidate. The model selects the behavior of the server.</summary>
internal delegate Task<ISession> Connect(string model);

/// <summary>The candidates of the end-to-end rows.</summary>
internal static class Connectors
{
    public const string Floor = "floor: ClientWebSocket, discarded";
    public const string Naive = "naive ClientWebSocket + JsonSerializer";

    public static IEnumerable<(string Name, Connect Connect)> Of(Uri endpoint) =>
    [
        (Goal.Official, OfficialSession.Connector(endpoint)),
        (Ours.Owned, OurSession.Connector(endpoint, leased: false)),
        (Ours.Leased, OurSession.Connector(endpoint, leased: true)),
        (Naive, model => NaiveSession.ConnectAsync(endpoint, model)),
        (Floor, model => FloorSession.ConnectAsync(endpoint, model)),
    ];

    /// <summary>Fails the row unless <paramref name="done"/> equals <paramref name="expected"/>. The floor counts only messages.</summary>
    public static void Expect(string name, Work expected, Work done) =>
        Meter.Expect(name, name == Floor ? new(expected.Events, 0, 0) : expected, done);
}
