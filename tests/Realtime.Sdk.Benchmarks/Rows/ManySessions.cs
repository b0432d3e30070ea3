namespace Realtime.Sdk.Benchmarks;

/// <summary>Many sessions of one candidate at once.</summary>
internal sealed class ManySessions : IAsyncDisposable
{
    private readonly ISession[] _sessions;

    private ManySessions(ISession[] sessions) => _sessions = sessions;

    public IReadOnlyList<ISession> All => _sessions;

    /// <summary>Opens sessions and reads their first events.</summary>
    /// <param name="connect">Opens a session.</param>
    /// <param name="model">The model, which selects the behavior of the server.</param>
    /// <param name="count">The number of sessions.</param>
    /// <param name="opened">Called with each session, on several threads; null for none.</param>
    public static async Task<ManySessions> OpenAsync(Connect connect, string model, int count, Action<ISession>? opened = null)
    {
        var sessions = new ISession[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            sessions[i] = await connect(model);
            if (!await sessions[i].ReadAsync(new(), "session.created"))
                throw new InvalidOperationException("A session ended before its first event.");
            opened?.Invoke(sessions[i]);
        });
        return new(sessions);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
            await session.DisposeAsync();
    }
}
