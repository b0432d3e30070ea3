namespace Realtime.Sdk.Internal;

/// <content>Sending: any number of callers at once, each one's events in its own order.</content>
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
        return SendAndWaitAsync(_protocol.ToRecognizable(clientEvent), isReplyToo: null, clientEvent.Type, cancellationToken);
    }

    /// <param name="recognizable">The event as <see cref="ConnectionProtocol{TClientEvent, TServerEvent}.ToRecognizable"/> made it.</param>
    /// <param name="isReplyToo">What else counts as the reply; null for nothing.</param>
    /// <param name="what">The request as a refusal names it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    private async Task<TServerEvent> SendAndWaitAsync(
        TClientEvent recognizable, Predicate<TServerEvent>? isReplyToo, string what, CancellationToken cancellationToken)
    {
        var reply = new PendingReply<TClientEvent, TServerEvent>(recognizable, _transport.Clock) { IsReplyToo = isReplyToo }.AsAwaited();
        try
        {
            await SendAsync(recognizable, reply, cancellationToken).ConfigureAwait(false);
            var answer = await reply.WaitAsync(_options.ReplyTimeout, _options.TimeProvider ?? TimeProvider.System, cancellationToken).ConfigureAwait(false);
            ThrowIfError(answer, what);
            return answer;
        }
        catch (Exception e) when (e is RealtimeValidationException || !_protocol.IsAnsweredInOrder(recognizable))
        {
            _replies.Remove(reply);
            throw;
        }
    }

    public ValueTask SendMessageAsync(ReadOnlyMemory<byte> utf8Json, CancellationToken cancellationToken)
    {
        // Read once and before anything is rented: memory whose owner has been disposed throws here.
        var json = utf8Json.Span;
        var message = _transport.RentWriter();
        json.CopyTo(message.GetSpan(json.Length));
        message.Advance(json.Length);
        _telemetry.Sending("a message", json);
        return _transport.SendAsync(message, null, null, cancellationToken);
    }

    public ValueTask AppendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        // Read once and before anything is rented: memory whose owner has been disposed throws here.
        var bytes = audio.Span;
        if (AudioAppendRules.Refuse(bytes) is { } refused)
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
            : _transport.SendAsync(message, _replies.AddOnTurn, reply, cancellationToken);
    }

    /// <summary>Cuts audio that comes in chunks of any size into events of the session's format.</summary>
    /// <param name="append">Sends one piece; the public connection's own method, which may refuse.</param>
    public AudioChunker CreateChunker(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> append) => new(append, _protocol.GetChunking(Session));
}
