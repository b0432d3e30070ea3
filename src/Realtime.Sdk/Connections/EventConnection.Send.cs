namespace Realtime.Sdk.Internal;

/// <content>Sending. Any number of callers may send at the same time; the events of each caller keep their order.</content>
internal sealed partial class EventConnection<TClientEvent, TServerEvent>
{
    public ValueTask SendAsync(TClientEvent clientEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clientEvent);
        return SendAsync(clientEvent, _protocol.IsAnsweredInOrder(clientEvent) ? new(clientEvent, _transport.Clock) : null, cancellationToken);
    }

    public Task<TServerEvent> SendAndWaitForReplyAsync(TClientEvent clientEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clientEvent);
        return SendAndWaitAsync(_protocol.WithCorrelationIds(clientEvent), isAdditionalReply: null, clientEvent.Type, cancellationToken);
    }

    /// <param name="correlated">The event, as returned by <see cref="ConnectionProtocol{TClientEvent, TServerEvent}.WithCorrelationIds"/>.</param>
    /// <param name="isAdditionalReply">Recognizes additional replies; null if there are none.</param>
    /// <param name="request">The name of the request in exception messages.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    private async Task<TServerEvent> SendAndWaitAsync(
        TClientEvent correlated, Predicate<TServerEvent>? isAdditionalReply, string request, CancellationToken cancellationToken)
    {
        var reply = new PendingReply<TClientEvent, TServerEvent>(correlated, _transport.Clock) { IsAdditionalReply = isAdditionalReply }.AsAwaited();
        try
        {
            await SendAsync(correlated, reply, cancellationToken).AsTask().Counted(_transport.Clock);
            var answer = await reply.WaitAsync(_options.ReplyTimeout, _options.TimeProvider ?? TimeProvider.System, cancellationToken).Counted(_transport.Clock);
            ThrowIfError(answer, request);
            return answer;
        }
        // An entry that is matched in order stays: the server may still reply to the event, and that reply must not be matched with the next one.
        catch (Exception e) when (e is RealtimeValidationException || !_protocol.IsAnsweredInOrder(correlated))
        {
            _replies.Remove(reply);
            throw;
        }
    }

    public ValueTask SendMessageAsync(ReadOnlyMemory<byte> utf8Json, CancellationToken cancellationToken)
    {
        // Accessed once, and before a buffer is rented: the memory throws here if its owner was disposed.
        var json = utf8Json.Span;
        var message = _transport.RentWriter();
        json.CopyTo(message.GetSpan(json.Length));
        message.Advance(json.Length);
        _telemetry.Sending("a message", json);
        return _transport.SendAsync(message, null, null, cancellationToken);
    }

    /// <summary>Sends audio that another client has encoded already.</summary>
    /// <param name="eventIdPrefix">Sent before the event ID, if there is one.</param>
    /// <param name="eventId">The event ID as it is written in JSON, without its quotes; empty sends none.</param>
    /// <param name="base64">The audio, as valid Base64.</param>
    /// <param name="cancellationToken">Cancels the wait for earlier messages.</param>
    public ValueTask AppendEncodedAsync(ReadOnlySpan<byte> eventIdPrefix, ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> base64, CancellationToken cancellationToken)
    {
        var message = _transport.RentWriter();
        InputAudioBufferAppendEvent.WriteEncoded(eventIdPrefix, eventId, base64, message);
        _telemetry.Sending(_protocol.AppendType, message.Written.Span);
        return _transport.SendAsync(message, null, null, cancellationToken);
    }

    public ValueTask AppendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        // Accessed once, and before a buffer is rented: the memory throws here if its owner was disposed.
        var bytes = audio.Span;
        if (AudioAppendRules.FindError(bytes) is { } refused)
            return ValueTask.FromException(refused);
        var message = _transport.RentWriter();
        _protocol.WriteAppend(bytes, message);
        _telemetry.Sending(_protocol.AppendType, message.Written.Span);
        return _transport.SendAsync(message, null, null, cancellationToken);
    }

    private ValueTask SendAsync(TClientEvent clientEvent, PendingReply<TClientEvent, TServerEvent>? reply, CancellationToken cancellationToken)
    {
        if (_options.ValidateEvents != false)
        {
            var violations = _protocol.Validate(clientEvent, Session, _options.ModelNotices);
            if (RealtimeValidationException.FromErrors(violations) is { } refused)
                return ValueTask.FromException(refused);
            _telemetry.LogValidationWarnings(clientEvent.Type, violations);
        }
        var message = _transport.Write(clientEvent.WriteTo);
        _telemetry.Sending(clientEvent.Type, message.Written.Span);
        return reply is null
            ? _transport.SendAsync(message, null, null, cancellationToken)
            : _transport.SendAsync(message, _replies.AddInSendOrder, reply, cancellationToken);
    }

    /// <summary>Creates a chunker that sends audio of any chunk size in the format of the session.</summary>
    /// <param name="append">Sends one piece: the method of the public connection, which may throw.</param>
    public AudioChunker CreateChunker(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> append) => new(append, _protocol.GetChunking(Session));
}
