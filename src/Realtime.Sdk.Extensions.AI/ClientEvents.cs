using System.Globalization;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>Messages of Microsoft.Extensions.AI as events of the client.</summary>
internal static class ClientEvents
{
    /// <summary>Creates the events of a message, usually one. The raw representation of a message, if it is an event, is sent in its place.</summary>
    /// <exception cref="ArgumentException">The message, or a part of it, has no counterpart in the API.</exception>
    public static IEnumerable<ClientEvent> Create(RealtimeClientMessage message, SessionConfiguration? session)
    {
        if (ReadRaw(message) is { } raw)
            return [WithId(raw, message)];
        return message switch
        {
            InputAudioBufferAppendRealtimeClientMessage append =>
                [new InputAudioBufferAppendEvent { Audio = ItemWriter.WriteAudio(append.Content), EventId = message.MessageId }],
            InputAudioBufferCommitRealtimeClientMessage => [new InputAudioBufferCommitEvent { EventId = message.MessageId }],
            CreateConversationItemRealtimeClientMessage create => CreateItems(create),
            SessionUpdateRealtimeClientMessage update =>
                [new SessionUpdateEvent { Session = SessionRequest.CreateUpdate(update.Options, session), EventId = message.MessageId }],
            { RawRepresentation: { } other } =>
                throw new ArgumentException($"The raw representation of a message must be a {nameof(ClientEvent)} or JSON, not {other.GetType().Name}.", nameof(message)),
            _ => throw new ArgumentException(
                $"A message of the type {message.GetType().Name} has no event in the API: set its raw representation to a {nameof(ClientEvent)}.", nameof(message)),
        };
    }

    public static ResponseCreateEvent CreateResponse(CreateResponseRealtimeClientMessage message)
    {
        // Members for which the message has no property, such as parallel_tool_calls, come from the raw representation.
        var given = message.RawRepresentation switch
        {
            null => new(),
            ResponseCreateEvent created => created,
            ResponseConfiguration configuration => new() { Response = configuration },
            var other => ReadRaw(message) as ResponseCreateEvent
                ?? throw new ArgumentException(
                    $"The raw representation of the message must be a {nameof(ResponseCreateEvent)} or a {nameof(ResponseConfiguration)}, not {other.GetType().Name}.",
                    nameof(message)),
        };
        var raw = given.Response ?? new();
        var output = raw.Audio?.Output;
        var response = raw with
        {
            Instructions = message.Instructions ?? raw.Instructions,
            MaxOutputTokens = FormatMapping.WriteLimit(message.MaxOutputTokens) ?? raw.MaxOutputTokens,
            OutputModalities = FormatMapping.WriteModalities(message.OutputModalities) ?? raw.OutputModalities,
            Tools = ToolMapping.Write(message.Tools) ?? raw.Tools,
            ToolChoice = ToolMapping.WriteChoice(message.ToolMode) ?? raw.ToolChoice,
            Conversation = message.ExcludeFromConversation switch { true => ResponseConversation.None, false => ResponseConversation.Auto, null => raw.Conversation },
            Input = message.Items?.SelectMany(ItemWriter.Write).ToList() ?? raw.Input,
            Metadata = WriteMetadata(message.AdditionalProperties) ?? raw.Metadata,
            Audio = (FormatMapping.WriteFormat(message.OutputAudioOptions) ?? output?.Format, FormatMapping.WriteVoice(message.OutputVoice) ?? output?.Voice) switch
            {
                (null, null) => raw.Audio,
                var (format, voice) => (raw.Audio ?? new()) with { Output = (output ?? new()) with { Format = format, Voice = voice } },
            },
        };
        return given with
        {
            Response = given.Response is null && response == new ResponseConfiguration() ? null : response,
            // An error of the server names the event, so that a request that was refused can be recognized.
            EventId = message.MessageId ?? given.EventId ?? $"response_{Guid.NewGuid():N}"[..32],
        };
    }

    private static IEnumerable<ClientEvent> CreateItems(CreateConversationItemRealtimeClientMessage message)
    {
        var items = ItemWriter.Write(message.Item);
        return items.Select((item, index) => new ConversationItemCreateEvent { Item = item, EventId = index == 0 ? message.MessageId : null });
    }

    private static ClientEvent? ReadRaw(RealtimeClientMessage message) => message.RawRepresentation switch
    {
        ClientEvent clientEvent => clientEvent,
        string json => RealtimeJson.Deserialize<ClientEvent>(json),
        byte[] json => RealtimeJson.Deserialize<ClientEvent>(json),
        ReadOnlyMemory<byte> json => RealtimeJson.Deserialize<ClientEvent>(json.Span),
        JsonElement json => RealtimeJson.Deserialize<ClientEvent>(json.GetRawText()),
        JsonObject json => RealtimeJson.Deserialize<ClientEvent>(json.ToJsonString()),
        _ => null,
    };

    private static ClientEvent WithId(ClientEvent clientEvent, RealtimeClientMessage message) =>
        message.MessageId is { } id && clientEvent.EventId is null ? clientEvent with { EventId = id } : clientEvent;

    /// <summary>The values of metadata are texts.</summary>
    private static Dictionary<string, string>? WriteMetadata(AdditionalPropertiesDictionary? properties) => properties is not { Count: > 0 }
        ? null
        : properties.Where(property => property.Value is not null).ToDictionary(
            property => property.Key, property => WriteText(property.Value), StringComparer.Ordinal);

    private static string WriteText(object? value) => value is JsonElement { ValueKind: not JsonValueKind.String } json
        ? json.GetRawText()
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
