namespace Realtime.Sdk.Testing;

/// <content>Simulated people who talk with an agent under test.</content>
public sealed partial class RealtimeEmulator
{
    /// <summary>
    /// Starts a conversation of an agent with a simulated person, over a client of this emulator. The model speaks to that person in tones, so that the caller
    /// knows which words were played; see <see cref="ToneSpeech"/>.
    /// </summary>
    /// <param name="agent">The agent under test.</param>
    /// <param name="options">Options of the caller and the conversation; null uses the defaults. The clock is always that of the emulator.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="ArgumentException">The options have a player.</exception>
    /// <inheritdoc cref="RealtimeConversationExtensions.StartConversationAsync(RealtimeClient, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)" path="/exception"/>
    public async Task<RealtimeCaller> StartCallerAsync(RealtimeAgent agent, RealtimeCallerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
#pragma warning disable CA2000 // the caller disposes it
        var client = CreateClient();
#pragma warning restore CA2000
        try
        {
            return await RealtimeCaller.StartAsync(client, agent, options ?? new(), _state.Time, this, client, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Returns the model of an open session; null if there is none, or a script drives the session.</summary>
    internal SimulatedSession? FindSimulation(string sessionId) => _state.Sessions.All.LastOrDefault(session => session.Id == sessionId)?.Simulation;
}
