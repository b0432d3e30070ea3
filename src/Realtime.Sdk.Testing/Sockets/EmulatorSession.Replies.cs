namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    /// <summary>Sends <c>session.created</c> with the effective session: that of the client secret, or the default session of the endpoint.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendSessionCreatedAsync() => SendSessionAsync("session.created");

    /// <summary>Answers a <c>session.update</c> as the service does: <c>session.updated</c> with all members, or an error.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task AnswerUpdateAsync(SessionUpdateEvent update) => AnswerUpdateAsync(RealtimeJson.SerializeToUtf8Bytes(update));

    /// <summary>Answers a <c>session.update</c> of a translation session.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task AnswerUpdateAsync(TranslationSessionUpdateEvent update) =>
        AnswerUpdateAsync(RealtimeJson.SerializeToUtf8Bytes(update));

    /// <summary>Answers a <c>session.update</c> from its JSON, which may contain values that the SDK's records cannot represent.</summary>
    internal async Task AnswerUpdateAsync(ReadOnlyMemory<byte> update)
    {
        var json = JsonNode.Parse(update.Span)!.AsObject();
        try
        {
            _session = SessionRules.ApplyUpdate(_session, json["session"], Target.Policy);
        }
        catch (EmulatorHttpException refusal)
        {
            await SendErrorAsync(refusal, json.Text("event_id")).ConfigureAwait(false);
            return;
        }
        await SendSessionAsync("session.updated").ConfigureAwait(false);
    }

    internal Task SendErrorAsync(EmulatorHttpException refusal, string? clientEventId)
    {
        var error = refusal.Error;
        error["event_id"] = clientEventId;
        return SendJsonAsync("error", "error", error);
    }

    private Task SendSessionAsync(string type) => SendJsonAsync(type, "session", _session.DeepClone());

    private Task SendJsonAsync(string type, string member, JsonNode value) =>
        SendBytesAsync(WireJson.Bytes(new JsonObject { ["type"] = type, ["event_id"] = _state.Ids.Next("event_"), [member] = value }));
}
