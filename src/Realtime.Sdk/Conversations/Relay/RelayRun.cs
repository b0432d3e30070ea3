using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>The life of a relay: it begins with the socket of the client, forwards in both directions, and ends both sides when one of them ends.</summary>
internal sealed partial class RelayRun : IConversationRelay
{
    /// <summary>Either end must end the other within five seconds. The rest is for the work around the wait.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(4);

    /// <summary>The connection to the service ends after 10 seconds, or less with a short keep-alive timeout, in which nothing is read from its full buffer.</summary>
    private static readonly TimeSpan MinUnreadTimeout = TimeSpan.FromSeconds(5);

    private const string TooSlow = "The client reads too slowly.";

    private readonly RealtimeRelayOptions _options;
    private readonly TimeProvider _time;
    private readonly RelayLog _log;
    private readonly RelayClientFilter _clientFilter;
    private readonly RelayServerFilter _serverFilter;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<RealtimeRelayEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConversationEngine _engine = null!;
    private RelayPlayback _playback = null!;
    private RelaySocket _socket = null!;
    private long _activeAt;
    private int _isStarted;

    public RelayRun(RealtimeRelayOptions options, RealtimeConversationOptions conversation)
    {
        (_options, _time) = (options, conversation.TimeProvider!);
        _log = new(conversation.LoggerFactory);
        _clientFilter = new(options.Policy);
        _serverFilter = new(name => _engine.RunsFunction(name), options.ForwardFunctionCalls);
    }

    public RealtimeConversation Conversation { get; private set; } = null!;

    /// <summary>Sets the conversation that reads for this relay, and starts only with it.</summary>
    public void Begin(RealtimeConversation conversation)
    {
        (Conversation, _engine) = (conversation, conversation.Engine);
        _playback = new(_engine, _time);
    }

    public async Task<RealtimeRelayEnd> RunAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isStarted, 1) != 0)
            throw new InvalidOperationException("The relay can run only once.");
        _socket = new(socket, _options.MaxMessageBytes, _time);
        var begun = _activeAt = _time.GetTimestamp();
        using var canceling = cancellationToken.UnsafeRegister(static run => ((RelayRun)run!).End(RealtimeRelayEndReason.Canceled, 1001, "The server is stopping."), this);
        _engine.Start();
        var receiving = ReceiveAsync();
        var watching = WatchAsync(begun);
        if (await Task.WhenAny(_end.Task, _engine.Completion).ConfigureAwait(false) == _engine.Completion)
            End(GetEnd(await _engine.Completion.ConfigureAwait(false)));
        var end = await _end.Task.ConfigureAwait(false);
        await CloseAsync(end, receiving).ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        _playback.Dispose();
        _socket.Dispose();
        return end;
    }

    /// <summary>Ends the conversation. If the relay was never run, its messages are not read.</summary>
    public async ValueTask ReleaseAsync()
    {
        var wasRun = Interlocked.Exchange(ref _isStarted, 1) != 0;
        await Conversation.DisposeAsync().ConfigureAwait(false);
        if (wasRun)
            return;

        // The conversation ends where its connection is read, which finds it disposed.
        _engine.Start();
        await _engine.Completion.ConfigureAwait(false);
        _playback.Dispose();
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask HandleAsync(RelayedMessage<ServerEvent> message)
    {
        Interlocked.Exchange(ref _activeAt, _time.GetTimestamp());
        if (message.Event is not { } serverEvent)
        {
            if (!await _socket.SendAsync(message.Utf8Json).ConfigureAwait(false))
                HandleLost();
            HandleAudio(message.Utf8Json.Span);
            return;
        }
        var forwarded = _serverFilter.Filter(serverEvent, message.Utf8Json);
        if (!forwarded.IsEmpty && !await _socket.SendAsync(forwarded).ConfigureAwait(false))
            HandleLost();

        // An error about an event of the client concerns the client only, and must not become a warning of the conversation.
        if (serverEvent is not ErrorEvent { Error.EventId: { } eventId } || RelayEventIds.ToClient(eventId) is null)
            _engine.Handle(serverEvent);
        FollowPlayback(serverEvent);
    }

    /// <inheritdoc/>
    public async Task StopPlaybackAsync()
    {
        if (_playback.Stop(responseId: null) is { } stopped)
            await SendToClientAsync(new OutputAudioBufferClearedEvent { ResponseId = stopped }).ConfigureAwait(false);
    }

    private void HandleAudio(ReadOnlySpan<byte> message)
    {
        // A delta in an unusual form counts as silence: only the estimate of its playback is missing.
        if (DeltaMessage.TryRead(message, WireMessage.PeekFirstType(message), DeltaMembers.Content, out var delta) && delta.HasAll(DeltaMembers.ResponseId))
            _playback.Add(delta.ResponseId.GetString(message, _responseIds), GetDuration(message.Slice(delta.Delta.Start + 1, delta.Delta.Length - 2)));
    }

    private TimeSpan GetDuration(ReadOnlySpan<byte> base64)
    {
        var padding = base64.EndsWith("=="u8) ? 2 : base64.EndsWith("="u8) ? 1 : 0;
        return _engine.Effective.OutputFormat.DurationOf((base64.Length / 4 * 3) - padding);
    }

    private void FollowPlayback(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case ResponseDoneEvent { Response: { Status: var status, Id: var id } }:
                if (status == ResponseStatus.Cancelled)
                    _playback.Stop(id);
                _playback.Complete(id);
                break;
            case InputAudioBufferSpeechStartedEvent when _engine.Effective.IsInterruptedBySpeech:
                // Clients of the API stop at this event.
                _playback.Stop(responseId: null);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Returns how the conversation ended the relay. A connection whose messages are not read is aborted by its own timeout, for which the client is the reason if it has not
    /// accepted data for about that time.
    /// </summary>
    private RealtimeRelayEnd GetEnd(ConversationEnd end)
    {
        var isSlow = end.Exception is RealtimeConnectionException { CloseCode: null } && _socket.Stalled >= MinUnreadTimeout;
        return isSlow ? new(RealtimeRelayEndReason.SlowClient, 1008, TooSlow) : RelayEnds.Of(end);
    }

    private void HandleLost() => End(RealtimeRelayEndReason.ClientLost, 1011, null);

    private void End(RealtimeRelayEndReason reason, int code, string? description) => End(new(reason, code, description));

    /// <summary>Ends the relay. Only the first reason counts.</summary>
    private void End(RealtimeRelayEnd end)
    {
        if (_end.TrySetResult(end))
            _ending.Cancel();
    }

    /// <summary>Closes both sides at the same time.</summary>
    private async Task CloseAsync(RealtimeRelayEnd end, Task receiving)
    {
        using var deadline = new CancellationTokenSource(CloseTimeout, _time);

        // The reader of the service's messages may be waiting for the client, so the client's side must be able to end first.
        var closing = CloseClientAsync(end, receiving, deadline.Token);
        await Conversation.DisposeAsync().ConfigureAwait(false);
        await closing.ConfigureAwait(false);
    }

    private async Task CloseClientAsync(RealtimeRelayEnd end, Task receiving, CancellationToken cancellationToken)
    {
        if (end.Reason == RealtimeRelayEndReason.ClientLost)
            _socket.Abort();
        else
            await _socket.CloseAsync(end.CloseCode, end.Description, cancellationToken).ConfigureAwait(false);

        // Until the client has answered the close.
        await receiving.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Abort();
        await receiving.ConfigureAwait(false);
    }

    /// <summary>Ends the relay when the client accepts no data, the service sends nothing, or its time is over.</summary>
    private async Task WatchAsync(long begun)
    {
        while (!_ending.IsCancellationRequested)
        {
            var wait = _options.SlowClientTimeout / 4;
            if (_socket.Stalled >= _options.SlowClientTimeout)
                End(RealtimeRelayEndReason.SlowClient, 1008, TooSlow);
            else if (IsOver(_options.IdleTimeout, Interlocked.Read(ref _activeAt), ref wait))
                End(RealtimeRelayEndReason.Idle, 1008, "The conversation is idle.");
            else if (IsOver(_options.MaxDuration, begun, ref wait))
                End(RealtimeRelayEndReason.MaxDuration, 1008, "The maximum duration has passed.");
            else
                await Task.Delay(wait, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether a timeout has passed. If not, shortens the wait to the rest of it.</summary>
    private bool IsOver(TimeSpan? timeout, long since, ref TimeSpan wait)
    {
        if ((timeout - _time.GetElapsedTime(since)) is not { } left)
            return false;

        // Timers have a resolution of a millisecond, and may fire a moment early.
        if (left < wait)
            wait = left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        return left <= TimeSpan.Zero;
    }
}
