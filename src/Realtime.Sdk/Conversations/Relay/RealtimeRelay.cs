using System.Net.WebSockets;

namespace Realtime.Sdk;

/// <summary>
/// A conversation with a client that is connected to the application by a WebSocket, for example a page that cannot use WebRTC. The client speaks the protocol of the Realtime
/// API; the relay forwards the messages in both directions, refuses what the client is not allowed to send, and the conversation runs the functions of the agent. The client
/// plays the audio. Thread-safe.
/// </summary>
/// <remarks>
/// For ASP.NET Core, use <c>MapRealtimeRelay</c>, which also authorizes the client. Open a relay with
/// <see cref="RealtimeConversationFactory.OpenRelayAsync"/>, accept the client's WebSocket, and call <see cref="RunAsync"/>.
/// </remarks>
/// <example>
/// <code>
/// await using var relay = await client.OpenRelayAsync(waiter);
/// using var socket = await context.WebSockets.AcceptWebSocketAsync();
/// var end = await relay.RunAsync(socket, stopping);
/// </code>
/// </example>
public sealed class RealtimeRelay : IAsyncDisposable
{
    private readonly RelayRun _run;

    internal RealtimeRelay(RelayRun run) => _run = run;

    /// <summary>
    /// The conversation. Its updates, replies and functions work as in any other; its audio does not pass through it (<see cref="RealtimeConversation.Capabilities"/>). When
    /// the app interrupts it, the client gets <c>output_audio_buffer.cleared</c>, with which the service stops the playback of WebRTC clients.
    /// </summary>
    public RealtimeConversation Conversation => _run.Conversation;

    /// <summary>
    /// Forwards messages until either side ends, a limit is reached or the token is canceled. Then the other side is closed too, within five seconds, with a close code that
    /// states why. Can be called once.
    /// </summary>
    /// <param name="socket">The open WebSocket of the client. The relay closes it; the caller disposes it.</param>
    /// <param name="cancellationToken">Ends the relay with the close code 1001.</param>
    /// <returns>How the relay ended. The failures of both sides are results, not exceptions.</returns>
    /// <exception cref="InvalidOperationException">The relay is running, or was run before.</exception>
    public Task<RealtimeRelayEnd> RunAsync(WebSocket socket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return _run.RunAsync(socket, cancellationToken);
    }

    /// <summary>Ends the conversation and closes the session. A running relay closes the client's connection as well.</summary>
    public ValueTask DisposeAsync() => _run.ReleaseAsync();
}
