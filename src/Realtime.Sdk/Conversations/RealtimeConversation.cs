using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>
/// A conversation between a user and an agent: replies, playback, interruptions and turns. It has one connection or, with
/// <see cref="RealtimeConversationOptions.Renewal"/>, one after another. Thread-safe. Create one with
/// <see cref="RealtimeConversationExtensions.StartConversationAsync(RealtimeClient, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)"/>.
/// </summary>
/// <remarks>
/// The conversation reads the connection itself, so it continues even if the app reads no updates. When the user interrupts, the conversation stops the
/// player, cancels the response and reports to the server what was heard; the app needs no code for this.
/// </remarks>
public sealed partial class RealtimeConversation : IAsyncDisposable
{
    private readonly ConversationEngine _engine;
    private readonly object? _state;

    internal RealtimeConversation(ConversationEngine engine, object? state)
    {
        (_engine, _state) = (engine, state);
        Capabilities = ConversationCapabilities.From(engine);
    }

    internal ConversationEngine Engine => _engine;

    /// <summary>The agent currently in charge.</summary>
    public RealtimeAgent Agent => _engine.Agent;

    /// <summary>The current status.</summary>
    public ConversationStatus Status => _engine.Status;

    /// <summary>The capabilities of the conversation's transport.</summary>
    public ConversationCapabilities Capabilities { get; }

    /// <summary>The effective session, as the server last reported it; null if the server has not reported one.</summary>
    public RealtimeSession? Session => _engine.Session;

    /// <summary>The ID of the call that the conversation is attached to, <c>rtc_…</c>; null if it is not attached to a call.</summary>
    public string? CallId => _engine.CallId;

    /// <summary>The object in <see cref="RealtimeConversationOptions.State"/>.</summary>
    public object? State => _state;

    /// <summary>
    /// Whether silence is sent in place of the user's audio. Turn detection continues. The default is <see langword="false"/>.
    /// </summary>
    /// <exception cref="NotSupportedException">The property was set in a call, whose audio does not pass through the conversation.</exception>
    public bool IsMuted
    {
        get => _engine.IsMuted;
        set
        {
            ThrowIfNotLocal();
            _engine.IsMuted = value;
        }
    }

    /// <summary>
    /// A snapshot of the turns in order, both complete and in progress. Only the newest <see cref="ConversationLimits.MaxTurns"/> are kept.
    /// </summary>
    public IReadOnlyList<ConversationTurn> Turns => _engine.Turns;

    /// <summary>
    /// A snapshot of the items of the server's conversation in order, as the server last reported them. Only the newest
    /// <see cref="ConversationLimits.MaxItems"/> are kept.
    /// </summary>
    public IReadOnlyList<ConversationItem> Items => _engine.Items;

    /// <summary>The tokens used so far and their cost, by responses (including out-of-band ones) and by transcription.</summary>
    public ConversationUsage Usage => _engine.Usage;

    /// <summary>A task that completes when the conversation has ended for any reason. It never fails; its result contains the reason.</summary>
    public Task<ConversationEnd> Completion => _engine.Completion;

    /// <summary>
    /// Reads updates until the conversation ends. Facts (a complete turn, usage, a warning, a key, the end) are delivered to each reader once and in order. For state
    /// that changes (the status, a turn in progress), a reader that falls behind gets only the newest. <see cref="EndUpdate"/> is always the last update.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for the next update.</param>
    /// <remarks>
    /// Any number of readers may read at the same time. The first reader gets everything since the start of the conversation. Each later reader begins with
    /// the current status, the turns in progress and, if the conversation has ended, the end.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// The reader left more than <see cref="ConversationLimits.MaxUnreadUpdates"/> facts unread. The conversation and its other readers continue.
    /// </exception>
    public IAsyncEnumerable<ConversationUpdate> ReadUpdatesAsync(CancellationToken cancellationToken = default) => _engine.ReadUpdatesAsync(cancellationToken);

    /// <summary>
    /// Registers a handler for server events. It is called with every event except audio deltas (see <see cref="OnAudio"/>), after the conversation has
    /// processed the event.
    /// </summary>
    /// <param name="handler">The handler. It must return quickly, because no other event is processed while it runs. Its first exception is reported in a <see cref="WarningUpdate"/>.</param>
    /// <returns>Dispose it to unregister the handler.</returns>
    public IDisposable OnEvent(Action<ServerEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _engine.OnEvent(handler);
    }

    /// <summary>
    /// Registers a handler for the audio of both sides, for example a level meter or a recorder. The user's audio is passed when it is sent, the agent's when it
    /// is received, which is before it is played.
    /// </summary>
    /// <param name="handler">
    /// The handler. It must return quickly. Calls for the two directions may overlap. Its first exception is reported in a <see cref="WarningUpdate"/>.
    /// </param>
    /// <returns>Dispose it to unregister the handler.</returns>
    /// <exception cref="NotSupportedException">The conversation is attached to a call, whose audio does not pass through it.</exception>
    public IDisposable OnAudio(ConversationAudioHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfNotLocal();
        return _engine.OnAudio(handler);
    }

    /// <summary>
    /// Sends the user's audio until the source or the conversation ends. Audio in another format is converted to the session's input format.
    /// </summary>
    /// <param name="source">
    /// The audio: a <see cref="Stream"/>, a <see cref="System.IO.Pipelines.PipeReader"/> or any other source. The conversation does not dispose it.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops listening. Nothing is committed; audio that was already sent remains in the server's input buffer, and is part of the next turn.
    /// </param>
    /// <returns>A task that completes when the source has ended and its audio was committed, or when the conversation has ended.</returns>
    /// <remarks>
    /// When the source ends and turn detection is on, silence is sent until the server has detected the end of the turn. When turn detection is off, the audio
    /// is committed if it is at least 100 ms long; call <see cref="Respond"/> to request the answer. If the source throws, the task fails with that exception;
    /// the conversation continues, and <see cref="ListenAsync"/> can be called again.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The conversation is listening to another source.</exception>
    /// <exception cref="NotSupportedException">The conversation is attached to a call, whose audio does not pass through it.</exception>
    /// <exception cref="RealtimeConnectionException">The connection failed.</exception>
    public Task ListenAsync(AudioSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ThrowIfNotLocal();
        return _engine.ListenAsync(source, cancellationToken);
    }

    /// <summary>Requests a reply from the agent as soon as no response is active or expected and the user is not speaking. Never throws.</summary>
    /// <param name="options">The options of the reply; null uses the defaults. A string is converted to options with these instructions.</param>
    /// <returns>
    /// The reply, whose tasks report how it was generated and what was heard of it. If the conversation has ended, its status is
    /// <see cref="ReplyStatus.Canceled"/>; if its budget is spent, <see cref="ReplyStatus.Refused"/>.
    /// </returns>
    public ConversationReply Respond(ReplyOptions? options = null) => _engine.Respond(options ?? new()).Handle;

    /// <summary>
    /// Requests a reply that says a text, as exactly as the wire allows: the model gets nothing but the text and the instruction to read it. It can still deviate, so check
    /// <see cref="ReplyResult.IsVerbatim"/>. The spoken text becomes part of the conversation. Never throws for a problem of the conversation.
    /// </summary>
    /// <param name="text">The text. At least one character that is not white space.</param>
    /// <param name="options">
    /// The options of the reply; null uses the defaults. Its instructions say how to read, for example <c>Speak slowly.</c> Instructions, input, tools and tool choice of its
    /// <see cref="ReplyOptions.Response"/> are replaced.
    /// </param>
    /// <returns>The reply, as of <see cref="Respond"/>.</returns>
    /// <exception cref="ArgumentException">The text is empty or white space.</exception>
    public ConversationReply Say(string text, ReplyOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        return _engine.Say(text, options ?? new()).Handle;
    }

    /// <summary>
    /// Sends a message of the user as text, requests a reply, and waits until the reply was generated and, if it is spoken, was heard or interrupted.
    /// </summary>
    /// <param name="text">The text of the message.</param>
    /// <param name="cancellationToken">Withdraws the message if it was not sent yet; otherwise cancels the response.</param>
    /// <returns>The agent's turn, which is complete. Readers of updates may get its last <see cref="TurnUpdate"/> a moment later.</returns>
    /// <exception cref="RealtimeBudgetException">The budget is spent, or reserved for the farewell.</exception>
    /// <exception cref="RealtimeException">The server refused the request, the response failed, or the connection failed.</exception>
    /// <exception cref="InvalidOperationException">
    /// The reply was replaced (<see cref="WhenBusy.Replace"/>), or the conversation ended, before the message was answered.
    /// </exception>
    public Task<ConversationTurn> AskAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _engine.AskAsync(text, cancellationToken);
    }

    /// <summary>
    /// Asks the model about the conversation and returns its answer as an object, for example the order so far. The conversation is not disturbed: the answer is requested out of
    /// band, as text, immediately, also while another response is active, unless there is a <see cref="ConversationBudget"/> of tokens or cost.
    /// </summary>
    /// <remarks>
    /// The wire has no response format, so the model must call a function whose parameters are the schema of the type; the call is not run, and is not a turn. The answer is checked
    /// against the schema. If it does not conform, the model is asked a second time, with the violations. An answer that conforms need not be true: check what matters.
    /// </remarks>
    /// <param name="type">
    /// The serializer metadata of the type, for example <c>ShopJson.Default.Order</c>. Its schema is that of <see cref="JsonSchema.FromType"/>.
    /// </param>
    /// <param name="instructions">The question, added to the instructions of the session, for example <c>What has been ordered so far?</c></param>
    /// <param name="cancellationToken">Cancels the response.</param>
    /// <typeparam name="T">The type of the answer.</typeparam>
    /// <returns>The answer; null only if the schema permits null.</returns>
    /// <exception cref="RealtimeValidationException">
    /// Answers cannot be checked against the schema of the type, for example because a <c>[RegularExpression]</c> is not valid. Nothing was sent. The exception lists each reason with
    /// its JSON path in the schema, for example <c>$.properties.code.pattern</c>.
    /// </exception>
    /// <exception cref="RealtimeExtractionException">The second answer does not conform either. The exception lists each violation with its JSON path.</exception>
    /// <exception cref="RealtimeBudgetException">The budget is spent, or reserved for the farewell.</exception>
    /// <exception cref="RealtimeException">The server refused the request, the response failed, or the connection failed.</exception>
    /// <exception cref="InvalidOperationException">The conversation ended before the answer was complete.</exception>
    public Task<T> ExtractAsync<T>(JsonTypeInfo<T> type, string instructions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentException.ThrowIfNullOrWhiteSpace(instructions);
        return new Extraction(_engine, ExtractionSchema.From(type), instructions).RunAsync(type, cancellationToken);
    }

    /// <summary>
    /// Asks the model about the conversation and returns its answer as JSON: any object (<see cref="ResponseFormat.JsonObject"/>), or JSON that conforms to a schema
    /// (<see cref="JsonSchemaResponseFormat"/>).
    /// </summary>
    /// <inheritdoc cref="ExtractAsync{T}(JsonTypeInfo{T}, string, CancellationToken)"/>
    /// <param name="format">The format of the answer. Its name is that of the function; its <c>strict</c> is not sent.</param>
    /// <param name="instructions">The question, added to the instructions of the session.</param>
    /// <param name="cancellationToken">Cancels the response.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentException">The format is not one of JSON.</exception>
    /// <exception cref="RealtimeValidationException">
    /// The format is not valid, or answers cannot be checked against its schema: it has <c>unevaluatedProperties</c>, <c>unevaluatedItems</c>, <c>$dynamicRef</c>, a <c>$ref</c> that
    /// does not lead to a schema within it, a reference that leads back to itself for the same value, an invalid pattern or another malformed keyword, or it is nested more than 50
    /// levels deep. Nothing was sent. The exception lists all reasons, each with its wire path, for example <c>json_schema.schema.properties.code.pattern</c>.
    /// </exception>
    public Task<JsonElement> ExtractAsync(ResponseFormat format, string instructions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentException.ThrowIfNullOrWhiteSpace(instructions);
        return new Extraction(_engine, ExtractionSchema.From(format), instructions).RunAsync(cancellationToken);
    }

    /// <summary>Adds an item to the conversation and waits until the server has confirmed it. Does not request a reply.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="RealtimeValidationException">The item breaks a rule of the API. Nothing was sent.</exception>
    /// <exception cref="RealtimeApiException">The server refused the request.</exception>
    /// <exception cref="RealtimeTimeoutException">The server did not reply within <see cref="RealtimeConnectionOptions.ReplyTimeout"/>.</exception>
    /// <exception cref="RealtimeConnectionException">The connection has ended.</exception>
    /// <exception cref="RealtimeSendQueueFullException">Too much is waiting to be sent. Nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">The conversation has ended and its connection was disposed.</exception>
    public Task AddAsync(ConversationItem item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return _engine.AddAsync(item, cancellationToken);
    }

    /// <summary>Deletes an item from the conversation and waits until the server has confirmed it. Its text is removed from its turn.</summary>
    /// <param name="itemId">The ID of the item, for example from <see cref="ConversationTurn.ItemIds"/>.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="AddAsync" path="/exception"/>
    public Task DeleteAsync(string itemId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        return _engine.DeleteAsync(itemId, cancellationToken);
    }

    /// <summary>
    /// Completes a call of a function that the conversation does not run itself (<see cref="FunctionCallStatus.External"/>), and waits until the server has confirmed
    /// its output. When all calls of the response are complete, a reply is requested.
    /// </summary>
    /// <param name="callId">The ID of the call, from <see cref="FunctionCall.CallId"/>.</param>
    /// <param name="output">The output, which the model reads. JSON is text too.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="InvalidOperationException">
    /// There is no such call, the conversation runs it itself, or it has ended: completed, timed out (<see cref="ConversationLimits.FunctionTimeout"/>) or canceled.
    /// Nothing was sent.
    /// </exception>
    /// <inheritdoc cref="AddAsync" path="/exception"/>
    public Task CompleteCallAsync(string callId, string output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(callId);
        ArgumentNullException.ThrowIfNull(output);
        return _engine.CompleteCallAsync(callId, output, cancellationToken);
    }

    /// <summary>A snapshot of the function calls that have not ended, in the order in which they were made. Those of functions with <see cref="AgentFunction.Background"/> are among them.</summary>
    public IReadOnlyList<FunctionCall> OpenCalls => _engine.OpenCalls;

    /// <summary>
    /// Cancels a function call that has not ended: its token is canceled, its output is discarded, and the model learns that it was canceled. The conversation does not wait for the
    /// handler.
    /// </summary>
    /// <param name="callId">The ID of the call, from <see cref="FunctionCall.CallId"/>.</param>
    /// <returns>Whether the call was canceled; <see langword="false"/> if there is no such call, it has ended, or another client or the service runs it.</returns>
    public bool CancelCall(string callId)
    {
        ArgumentNullException.ThrowIfNull(callId);
        return _engine.CancelCall(callId);
    }

    /// <summary>
    /// Returns the text of the conversation, from which another one can continue: see <see cref="RealtimeConversationOptions.History"/>. Can be called at any time, including after
    /// the end. Function calls that have not ended are saved with an output that says that the result is not known.
    /// </summary>
    public SavedConversation Save() => _engine.Save();

    /// <summary>
    /// Whether the caller was transferred with <see cref="TransferAsync"/>, or is being transferred. The service then ends the call: wait for <see cref="Completion"/> before you hang up.
    /// </summary>
    public bool IsTransferred => _engine.IsTransferred;

    /// <summary>
    /// Transfers the caller of a telephone call to another number, for example of a person. The service then ends the call, and the conversation ends with
    /// <see cref="ConversationEndReason.Transferred"/>. Wire: <c>POST /realtime/calls/{call_id}/refer</c>.
    /// </summary>
    /// <param name="targetUri">The target of the SIP REFER, for example <c>tel:+14155550123</c> or <c>sip:agent@example.com</c>.</param>
    /// <param name="cancellationToken">Cancels the request. The caller may still be transferred.</param>
    /// <exception cref="NotSupportedException">The conversation is not attached to a call, or was started over a connection (<see cref="ConversationCapabilities.Transfer"/>).</exception>
    /// <inheritdoc cref="RealtimeCalls.ReferAsync" path="/exception"/>
    public Task TransferAsync(string targetUri, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targetUri);
        return Capabilities.Transfer
            ? _engine.TransferAsync(targetUri, cancellationToken)
            : throw new NotSupportedException("The conversation is not attached to a call by a client. Check Capabilities.Transfer before you use this member.");
    }

    /// <summary>
    /// Interrupts the agent as if the user had spoken: cancels the response, stops the player and reports to the server what was heard. Completes when this is done;
    /// completes immediately if there is nothing to interrupt or the conversation has ended.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="RealtimeTimeoutException">The server did not confirm the interruption within <see cref="ConversationLimits.ReplyTimeout"/>.</exception>
    public Task InterruptAsync(CancellationToken cancellationToken = default) => _engine.InterruptAsync(cancellationToken);

    /// <summary>
    /// Ends the conversation and closes its connection, unless it is a given connection with <see cref="RealtimeConversationOptions.LeaveConnectionOpen"/>. With
    /// instructions, function calls in progress and the replies about them are completed first (at most 2 minutes), then the agent gives one last reply, and the
    /// conversation ends when it was heard, or after 2 minutes. Without, calls are canceled, the agent is interrupted, and the conversation ends immediately.
    /// </summary>
    /// <remarks>
    /// Replies that are still queued when the last reply is requested, and replies that are requested later, are canceled, even if this call itself is canceled. If the
    /// handler of a function calls this method, it does not wait for calls in progress. Does nothing if the conversation has ended.
    /// </remarks>
    /// <param name="instructions">Instructions for the last reply. Null, the default, ends the conversation without one.</param>
    /// <param name="cancellationToken">
    /// Cancels the wait for the last reply; the conversation then continues, but accepts no more replies. Once the connection is being closed, aborts it.
    /// </param>
    /// <exception cref="RealtimeTimeoutException">
    /// The connection is left open, and the server did not confirm the interruption within <see cref="ConversationLimits.ReplyTimeout"/>.
    /// </exception>
    public Task EndAsync(string? instructions = null, CancellationToken cancellationToken = default) => _engine.EndAsync(instructions, cancellationToken);

    /// <summary>
    /// Ends the conversation immediately, without waiting for the server, and disposes its connection unless it is a given connection with
    /// <see cref="RealtimeConversationOptions.LeaveConnectionOpen"/>. Never throws.
    /// </summary>
    public ValueTask DisposeAsync() => _engine.AbortAsync();

    private void ThrowIfNotLocal()
    {
        if (!Capabilities.LocalAudio)
            throw new NotSupportedException("The audio of a call or a relay does not pass through the conversation. Check Capabilities.LocalAudio before you use this member.");
    }
}
