namespace Realtime.Sdk.Internal;

/// <content>The messages of the client.</content>
#pragma warning disable CA1001 // a source of cancellation without a timer needs no disposal, and could still be canceled after it; the rest is disposed when the relay ends
internal sealed partial class RelayRun
#pragma warning restore CA1001
{
    /// <summary>Counted in addition to each message, so that many small messages are limited as well.</summary>
    private const int MessageOverhead = 256;

    /// <summary>The maximum number of violations that one refusal lists.</summary>
    private const int MaxViolations = 5;

    private const string InvalidRequest = "invalid_request_error", Refused = "relay_refused";

    /// <summary>Replies that were requested for the client and have not begun.</summary>
    private readonly List<ReplyRequest> _waitingReplies = [];
    private readonly LastStrings _responseIds = new();
    private double _debt;
    private long _debtSince;
    private int _refusedEvents;

    private async Task ReceiveAsync()
    {
        while (true)
        {
            var message = await _socket.ReceiveAsync().ConfigureAwait(false);
            switch (message.Kind)
            {
                case ReceivedKind.Closed:
                    End(RealtimeRelayEndReason.ClientClosed, _socket.ReceivedCloseCode, null);
                    return;
                case ReceivedKind.Lost:
                    HandleLost();
                    return;
                case ReceivedKind.Binary:
                    End(RealtimeRelayEndReason.ClientViolation, 1003, "Only text messages are accepted.");
                    break;
                case ReceivedKind.TooLarge:
                    End(RealtimeRelayEndReason.ClientViolation, 1009, $"A message is larger than {_options.MaxMessageBytes} bytes.");
                    break;
                case ReceivedKind.Text when !_ending.IsCancellationRequested:
                    var handling = HandleAsync(message.Utf8Json);

                    // The rate of the client or a slow service can delay a message for long, and the client may leave meanwhile.
                    if (!handling.IsCompleted)
                        _ = EndWithClientAsync();
                    await handling.ConfigureAwait(false);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Ends the relay if the client's connection ends before its next message.</summary>
    private async Task EndWithClientAsync()
    {
        switch (await _socket.FindEndAsync().ConfigureAwait(false))
        {
            case ReceivedKind.Closed:
                End(RealtimeRelayEndReason.ClientClosed, _socket.ReceivedCloseCode, null);
                break;
            case ReceivedKind.Lost:
                HandleLost();
                break;
            default:
                break;
        }
    }

    private async ValueTask HandleAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            await SlowDownAsync(message.Length).ConfigureAwait(false);
            await ForwardAsync(message).ConfigureAwait(false);
        }
        catch (RealtimeSendQueueFullException)
        {
            End(RealtimeRelayEndReason.ServiceEnded, 1011, "The service accepts no data.");
        }
        catch (Exception e) when (e is RealtimeConnectionException or ObjectDisposedException or OperationCanceledException)
        {
            // The session has ended, which its reader reports, or the relay is ending.
        }
    }

    private ValueTask ForwardAsync(ReadOnlyMemory<byte> message) => _clientFilter.TryReadAppend(message.Span, out var eventId, out var base64)
        ? _engine.AppendForClientAsync(eventId, base64)
        : ForwardAsync(_clientFilter.Decide(message));

    private async ValueTask ForwardAsync(RelayDecision decision)
    {
        switch (decision.Event)
        {
            case null:
                await RefuseAsync(decision).ConfigureAwait(false);
                break;
            case ResponseCreateEvent create:
                Respond(create.Response, decision);
                break;
            case ResponseCancelEvent { ResponseId: null } when TryWithdrawReplies():
                break;
            case ConversationItemCreateEvent { Item: FunctionCallOutputItem output } when !_engine.IsAwaitingOutput(output.CallId):
                await RefuseAsync(decision with { Refusal = "No call of the client waits for this output." }).ConfigureAwait(false);
                break;
            case ConversationItemTruncateEvent truncate:
                if (_engine.FindResponseOf(truncate.ItemId) is { } responseId)
                    _playback.Stop(responseId);
                await SendAsync(truncate, decision).ConfigureAwait(false);
                break;
            case { } other:
                await SendAsync(other, decision).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask SendAsync(ClientEvent clientEvent, RelayDecision decision)
    {
        try
        {
            await _engine.SendForClientAsync(clientEvent).ConfigureAwait(false);
        }
        catch (RealtimeValidationException e)
        {
            await RefuseAsync(decision with { Refusal = Describe(e) }).ConfigureAwait(false);
        }
    }

    /// <summary>Describes what an event violates, without its values.</summary>
    private static string Describe(RealtimeValidationException exception) =>
        string.Join("; ", exception.Violations.Where(violation => violation.Severity == ConstraintSeverity.Error).Take(MaxViolations).Select(violation => $"{violation.Path} {violation.Rule}"));

    /// <summary>
    /// Requests a reply in order with those of the conversation: the service refuses a request while another response is active, and a budget may refuse it.
    /// </summary>
    private void Respond(ResponseConfiguration? response, RelayDecision decision)
    {
        var request = _engine.RespondForClient(response);
        _waitingReplies.RemoveAll(waiting => waiting.IsOver || waiting.Response is not null);
        _waitingReplies.Add(request);
        _ = ReportRefusalAsync(request, decision);
    }

    /// <summary>Withdraws the replies that were not requested yet. Returns false if there are none: the event itself cancels the response in progress.</summary>
    private bool TryWithdrawReplies() => _waitingReplies.RemoveAll(_engine.TryWithdraw) > 0;

    private async Task ReportRefusalAsync(ReplyRequest request, RelayDecision decision)
    {
        var result = await request.Completion.ConfigureAwait(false);

        // The client sees the end of a response that has begun.
        if (request.Response is not null || result.Status is not (ReplyStatus.Refused or ReplyStatus.Failed))
            return;
        var error = result.Exception switch
        {
            RealtimeApiException { Error: { } refused } => refused,
            RealtimeBudgetException => new() { Code = "budget_spent", Message = "The budget of the conversation is spent." },
            RealtimeValidationException invalid => new() { Message = Describe(invalid) },
            null => new() { Message = "Too many replies are waiting." },
            _ => new() { Message = "The reply could not be requested." },
        };
        await SendToClientAsync(new ErrorEvent
        {
            Error = error with { Type = error.Type.Length > 0 ? error.Type : InvalidRequest, Code = error.Code ?? Refused, EventId = decision.EventId },
        }).ConfigureAwait(false);
    }

    private async ValueTask RefuseAsync(RelayDecision decision)
    {
        RelayMetrics.Refused(decision.Type);
        _log.Refused(decision);
        await SendToClientAsync(new ErrorEvent
        {
            Error = new() { Type = InvalidRequest, Code = Refused, Message = decision.Refusal!, EventId = decision.EventId },
        }).ConfigureAwait(false);
        if (++_refusedEvents > _options.MaxRefusedEvents)
            End(RealtimeRelayEndReason.ClientViolation, 1008, "Too many events were refused.");
    }

    private async ValueTask SendToClientAsync(ServerEvent serverEvent)
    {
        if (!await _socket.SendAsync(RealtimeJson.SerializeToUtf8Bytes(serverEvent with { EventId = $"event_{Guid.NewGuid():N}" })).ConfigureAwait(false))
            HandleLost();
    }

    /// <summary>Waits if the client sends faster than it may. A second's worth of messages may come at once.</summary>
    private async ValueTask SlowDownAsync(int bytes)
    {
        if (_options.MaxBytesPerSecond is not { } rate)
            return;
        var now = _time.GetTimestamp();
        _debt = Math.Max(0, _debt - (_time.GetElapsedTime(_debtSince, now).TotalSeconds * rate)) + bytes + MessageOverhead;
        _debtSince = now;
        if (_debt > rate)
            await Task.Delay(TimeSpan.FromSeconds((_debt - rate) / rate), _time, _ending.Token).ConfigureAwait(false);
    }
}
