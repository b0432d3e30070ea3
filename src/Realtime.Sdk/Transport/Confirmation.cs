namespace Realtime.Sdk.Internal;

/// <summary>One event that waits for the server's answer.</summary>
internal sealed class Confirmation(ClientEvent clientEvent)
{
    /// <summary>The metadata key by which a response is told apart: the server repeats metadata, not event ids.</summary>
    public const string MetadataKey = "realtime_sdk_request";

    private readonly TaskCompletionSource<ServerEvent> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClientEvent Event { get; } = clientEvent;

    /// <summary>Whether somebody waits; otherwise the entry only keeps its place in the order of answers.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>Whether the server's answer names nothing that it answers.</summary>
    public static bool IsAnsweredInOrder(ClientEvent clientEvent) =>
        clientEvent is SessionUpdateEvent or TranscriptionSessionUpdateEvent or InputAudioBufferCommitEvent or InputAudioBufferClearEvent;

    /// <summary>The event as it is sent so that its answer can be recognised: with an id, an item id, a metadata entry.</summary>
    /// <exception cref="ArgumentException">The server never answers events of this kind.</exception>
    public static ClientEvent Recognisable(ClientEvent clientEvent)
    {
        var known = clientEvent switch
        {
            ConversationItemCreateEvent { Item.Id: null or "" } create => create with { Item = create.Item with { Id = NewId("item_", 24) } },
            ResponseCreateEvent create => create with { Response = Tagged(create.Response ?? new()) },
            ConversationItemCreateEvent or ConversationItemDeleteEvent or ConversationItemRetrieveEvent or ConversationItemTruncateEvent => clientEvent,
            _ when IsAnsweredInOrder(clientEvent) => clientEvent,
            _ => throw new ArgumentException($"The server never answers {PeerText.Sanitize(clientEvent.Type)}: send it with SendAsync.", nameof(clientEvent)),
        };
        return known.EventId is null ? known with { EventId = NewId("evt_", 24) } : known;
    }

    public bool IsAnsweredBy(ServerEvent answer) => (Event, answer) switch
    {
        (_, ErrorEvent error) => Event.EventId is { } id && error.Error.EventId == id,
        (SessionUpdateEvent, SessionUpdatedEvent) => true,
        (TranscriptionSessionUpdateEvent, TranscriptionSessionUpdatedEvent) => true,
        (InputAudioBufferCommitEvent, InputAudioBufferCommittedEvent) => true,
        (InputAudioBufferClearEvent, InputAudioBufferClearedEvent) => true,
        (ConversationItemCreateEvent create, ConversationItemAddedEvent added) => added.Item.Id == create.Item.Id,
        (ConversationItemCreateEvent create, ConversationItemCreatedEvent created) => created.Item.Id == create.Item.Id,
        (ConversationItemDeleteEvent delete, ConversationItemDeletedEvent deleted) => deleted.ItemId == delete.ItemId,
        (ConversationItemRetrieveEvent retrieve, ConversationItemRetrievedEvent retrieved) => retrieved.Item.Id == retrieve.ItemId,
        (ConversationItemTruncateEvent truncate, ConversationItemTruncatedEvent truncated) => truncated.ItemId == truncate.ItemId,
        (ResponseCreateEvent create, ResponseCreatedEvent created) => Tag(created.Response.Metadata) == Tag(create.Response!.Metadata),
        (ResponseCreateEvent create, ResponseDoneEvent done) => Tag(done.Response.Metadata) == Tag(create.Response!.Metadata),
        _ => false,
    };

    public void Complete(ServerEvent answer) => _answer.TrySetResult(answer);

    public void Fail(ConnectionEnd end)
    {
        if (IsAwaited)
            _answer.TrySetException(end.ToException(RealtimeConnectionPhase.Receive, isDeliveryUncertain: true));
    }

    /// <summary>The answer. A deadline or cancellation ends the wait and nothing else.</summary>
    public async Task<ServerEvent> WaitAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await _answer.Task.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new RealtimeTimeoutException(
                RealtimeDeadline.Confirm, timeout, $"The server did not answer {Event.Type} within {timeout.TotalSeconds:0.###} s.", e) { IsDeliveryUncertain = true };
        }
        finally
        {
            IsAwaited = false;
        }
    }

    /// <summary>Says that <see cref="WaitAsync"/> follows.</summary>
    public Confirmation Awaited()
    {
        IsAwaited = true;
        _ = _answer.Task.ContinueWith(
            static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return this;
    }

    private static ResponseConfiguration Tagged(ResponseConfiguration response)
    {
        var metadata = new Dictionary<string, string>(response.Metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        metadata.TryAdd(MetadataKey, NewId("", 16));
        return response with { Metadata = metadata };
    }

    private static string? Tag(IReadOnlyDictionary<string, string>? metadata) => metadata?.GetValueOrDefault(MetadataKey);

    private static string NewId(string prefix, int digits) => prefix + Guid.NewGuid().ToString("N")[..digits];
}
