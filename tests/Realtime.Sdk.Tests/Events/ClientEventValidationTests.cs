using System.Text.Json;

namespace Realtime.Sdk.Tests.Events;

public sealed class ClientEventValidationTests
{
    private static Dictionary<string, JsonElement> Later => new() { ["later"] = JsonElement.Parse("1") };

    public static TheoryData<ClientEvent> Fine =>
    [
        new ConversationItemCreateEvent { EventId = new string('e', 512), PreviousItemId = "root", Item = ConversationItem.UserText("hi") },
        new ConversationItemCreateEvent { Item = ConversationItem.UserAudio(new byte[2]) },
        new ConversationItemCreateEvent { Item = ConversationItem.AssistantText("") },
        new ConversationItemCreateEvent { Item = new FunctionCallOutputItem { CallId = "call_1", Output = "" } },
        new ConversationItemCreateEvent { Item = new MessageItem { Role = ItemRole.User, Content = [new InputImagePart { ImageUrl = "data:image/jpeg;base64,/9j/" }, Picture(Internal.Limits.ImageBytes)] } },
        new ConversationItemCreateEvent { Item = new FunctionCallItem { Id = Id(32), CallId = Id(32), Name = "f", Arguments = "{}" } },
        new ConversationItemDeleteEvent { ItemId = Id(60) },
        new ResponseCreateEvent { Response = new() { Input = [new ItemReference { Id = Id(60) }] } },
        new ConversationItemTruncateEvent { ItemId = "item_1", AudioEnd = TimeSpan.Zero },
        new InputAudioBufferAppendEvent { Audio = new byte[11_000_000] },
        new InputAudioBufferCommitEvent(),
        new ResponseCreateEvent(),
        new ResponseCreateEvent { Response = new() { Input = [], Tools = [], MaxOutputTokens = 4096, OutputModalities = [OutputModality.Text] } },
        new ResponseCreateEvent { Response = new() { Input = [new ItemReference { Id = "item_1" }], Metadata = new Dictionary<string, string> { [new string('k', 64)] = new('v', 512) } } },
        new SessionUpdateEvent { Session = new RealtimeSessionConfiguration { Instructions = "" } },
        new TranscriptionSessionUpdateEvent { Session = new() { InputAudioFormat = AudioFormat.Pcm } },
        new UnknownClientEvent("weather.ask", JsonElement.Parse("""{"type":"weather.ask"}""")),
    ];

    public static TheoryData<ClientEvent, string> Refused => new()
    {
        { new InputAudioBufferClearEvent { EventId = new string('e', 513) }, $"event_id is \"{new string('e', 40)}…\", must be at most 512 characters" },
        { new InputAudioBufferClearEvent { EventId = "" }, "event_id is \"\", must not be blank" },
        { new InputAudioBufferClearEvent { EventId = " " }, "event_id is \" \", must not be blank" },
        { new ConversationItemCreateEvent { Item = ConversationItem.UserText("hi") with { Id = Id(33) } }, $"item.id is \"{Id(33)}\", must be at most 32 characters" },
        { new ConversationItemCreateEvent { Item = new FunctionCallItem { CallId = Id(33), Name = "f", Arguments = "{}" } }, $"item.call_id is \"{Id(33)}\", must be at most 32 characters" },
        { Response(new() { Input = [ConversationItem.UserText("hi") with { Id = Id(33) }] }), $"response.input[0].id is \"{Id(33)}\", must be at most 32 characters" },
        { new ConversationItemCreateEvent { Item = new FunctionCallOutputItem { CallId = "call_1", Output = null! } }, "item.output is required" },
        { new ConversationItemCreateEvent { Item = new FunctionCallItem { Name = "f", Arguments = null! } }, "item.arguments is required" },
        { new ConversationItemCreateEvent { Item = ConversationItem.UserText(null!) }, "item.content[0].text is required" },
        { new ConversationItemCreateEvent { Item = ConversationItem.AssistantText(null!) }, "item.content[0].text is required" },
        { new ConversationItemCreateEvent { Item = new MessageItem { Role = ItemRole.User, Content = null! } }, "item.content is required" },
        { Message(ItemRole.User, null!), "item.content[0] is required" },
        { Message(default, new InputTextPart { Text = "" }), "item.role is \"\", must not be blank" },
        { Message(" ", new InputTextPart { Text = "" }), "item.role is \" \", must not be blank" },
        { new InputAudioBufferClearEvent { EventId = "\ud800" }, "event_id must not contain a lone surrogate: there is one at index 0" },
        { new InputAudioBufferAppendEvent(), "audio is required" },
        { new InputAudioBufferAppendEvent { Audio = new byte[(15 * 1024 * 1024) + 1] }, "audio is 15728641 bytes, must be at most 15728640 bytes" },
        { RealtimeJson.Deserialize<ClientEvent>("""{"type":"input_audio_buffer.append","audio":"?"}"""u8), "audio must be valid base64" },
        { new ConversationItemDeleteEvent { ItemId = "" }, "item_id is \"\", must not be blank" },
        { new ConversationItemRetrieveEvent { ItemId = " " }, "item_id is \" \", must not be blank" },
        { new ConversationItemTruncateEvent { ItemId = "i", ContentIndex = 1, AudioEnd = TimeSpan.Zero }, "content_index is 1, must be at most 0" },
        { new ConversationItemTruncateEvent { ItemId = "i", AudioEnd = TimeSpan.FromMilliseconds(-1) }, "audio_end_ms is -1, must be at least 0" },
        { new ConversationItemCreateEvent { Item = null! }, "item.type is required" },
        { new ConversationItemCreateEvent { Item = new ItemReference { Id = "item_1" } }, "item.type is \"item_reference\", must not be item_reference: references are valid only in the input of response.create" },
        { new ConversationItemCreateEvent { Item = new FunctionCallItem { Name = "", Arguments = "{}" } }, "item.name is \"\", must not be blank" },
        { new ConversationItemCreateEvent { Item = new FunctionCallItem { Name = "f", Arguments = "\ud800" } }, "item.arguments must not contain a lone surrogate: there is one at index 0" },
        { new ConversationItemCreateEvent { Item = new FunctionCallOutputItem { CallId = "", Output = "" } }, "item.call_id is \"\", must not be blank" },
        { new ConversationItemCreateEvent { Item = new McpApprovalResponseItem { Id = "m", ApprovalRequestId = "", Approve = true } }, "item.approval_request_id is \"\", must not be blank" },
        { Message(ItemRole.System, new InputAudioPart { Audio = new byte[2] }), "item.content[0].type is \"input_audio\", must be input_text in a system message" },
        { Message(ItemRole.User, new OutputTextPart { Text = "" }), "item.content[0].type is \"output_text\", must be input_text, input_audio or input_image in a user message" },
        { Message(ItemRole.Assistant, new InputTextPart { Text = "" }), "item.content[0].type is \"input_text\", must be output_text in an assistant message" },
        { Message(ItemRole.Assistant, new OutputAudioPart { Audio = new byte[2] }), "item.content[0].type is \"output_audio\", must not be output_audio: a client cannot create audio of the assistant" },
        { Message(ItemRole.User, new InputAudioPart()), "item.content[0].audio is required" },
        { Message(ItemRole.User, new InputTextPart { Text = "a\udc00" }), "item.content[0].text must not contain a lone surrogate: there is one at index 1" },
        { Message(ItemRole.User, new InputImagePart { ImageUrl = "https://example.com/a.png" }), "item.content[0].image_url must be a data: URI of a base64-encoded PNG or JPEG image" },
        { Message(ItemRole.User, new InputImagePart { ImageUrl = "data:image/png;base64,iVBOR?==" }), "item.content[0].image_url must be valid base64 after the comma" },
        { Message(ItemRole.User, new InputImagePart { ImageUrl = "data:image/png;base64,iVBORw0KGgo" }), "item.content[0].image_url must be valid base64 after the comma" },
        { Message(ItemRole.User, new InputImagePart { ImageUrl = "data:image/png;base64," }), "item.content[0].image_url must not be empty after the comma" },
        { Message(ItemRole.User, new InputImagePart { ImageUrl = "data:image/gif;base64,R0lGODlh" }), "item.content[0].image_url must be a data: URI of a base64-encoded PNG or JPEG image" },
        { Message(ItemRole.User, RealtimeJson.Deserialize<ContentPart>("""{"type":"input_audio","audio":"?"}"""u8)), "item.content[0].audio must be valid base64" },
        { Response(new() { OutputModalities = [OutputModality.Text, OutputModality.Audio] }), "response.output_modalities" },
        { Response(new() { MaxOutputTokens = 4097 }), "response.max_output_tokens is 4097, must be at most 4096" },
        { Response(new() { Input = [new ItemReference()] }), "response.input[0].id is required" },
        { Response(new() { Input = [ConversationItem.UserText("\ud800")] }), "response.input[0].content[0].text must not contain a lone surrogate: there is one at index 0" },
        { Response(new() { Metadata = Enumerable.Range(0, 17).ToDictionary(i => $"k{i}", _ => "v") }), "response.metadata is 17 pairs, must be at most 16" },
        { Response(new() { Metadata = new Dictionary<string, string> { [new string('k', 65)] = "v" } }), "response.metadata must have keys of at most 64 characters: one has 65" },
        { Response(new() { Metadata = new Dictionary<string, string> { ["k"] = new('v', 513) } }), $"response.metadata.k is \"{new string('v', 40)}…\", must be at most 512 characters" },
        { Response(new() { Metadata = new Dictionary<string, string> { ["k"] = null! } }), "response.metadata.k is required" },
        { new SessionUpdateEvent { Session = null! }, "session is required" },
        { new SessionUpdateEvent { Session = new TranslationSessionConfiguration() }, "session.type" },
        { new SessionUpdateEvent { Session = new LegacyTranscriptionSessionConfiguration() }, "session must not be a flat transcription session of the beta" },
        { new TranscriptionSessionUpdateEvent { Session = null! }, "session is required" },
        { new UnknownClientEvent("x", default), "$ must be a JSON value" },
        { new UnknownClientEvent("x", JsonElement.Parse("""{"kind":"x"}""")), "type is required" },
        { new UnknownClientEvent("x", JsonElement.Parse("[]")), "type is required" },
        { new UnknownClientEvent("x", JsonElement.Parse("""{"type":"y"}""")), "type is \"y\", must be \"x\", the Type of the event" },
        { new UnknownClientEvent("x", JsonElement.Parse("""{"type":"x"}""")) { EventId = "e" }, "event_id is \"e\", must be in the JSON: nothing else is sent" },
        { new UnknownClientEvent("x", JsonElement.Parse("""{"type":"x","event_id":"e"}""")) { EventId = null }, "event_id is null, must be in the JSON: nothing else is sent" },
        { new UnknownClientEvent("x", JsonElement.Parse("""{"type":"x"}""")) { AdditionalProperties = Later }, "later must not be set: only the JSON of an unknown variant is sent" },
    };

    public static TheoryData<ClientEvent, string> Warned => new()
    {
        { new ConversationItemCreateEvent { Item = new FunctionCallItem { Name = "f", Arguments = "{" } }, "item.arguments should be valid JSON" },
        { new ConversationItemCreateEvent { Item = new McpApprovalResponseItem { ApprovalRequestId = "m", Approve = true } }, "item.id should be set: the service documents it as required, although it also accepts the response without it" },
        { new ConversationItemCreateEvent { Item = new UnknownConversationItem("thought", JsonElement.Parse("{}")) }, "item.type is \"thought\", should be a known type of item" },
        { Message("narrator", new InputTextPart { Text = "" }), "item.role is \"narrator\", should be one of user, assistant, system" },
        { Message(ItemRole.User, Picture(Internal.Limits.ImageBytes + 1)), "item.content[0].image_url is 1048577 bytes, should be at most 1048576 bytes: scale the image down" },
        { Message(ItemRole.User, new InputImagePart { ImageUrl = "data:image/png;base64,R0lGODlh" }), "item.content[0].image_url should start with the signature of a PNG or JPEG file" },
        { new ConversationItemCreateEvent { Item = ConversationItem.UserText("hi") with { AdditionalProperties = Later } }, "item.later is not a known member" },
        { new ResponseCreateEvent { Response = new() { AdditionalProperties = Later } }, "response.later is not a known member" },
        { new InputAudioBufferClearEvent { AdditionalProperties = Later }, "later is not a known member" },
        { Response(new() { Conversation = "side" }), "response.conversation is \"side\", should be one of auto, none" },
        { new SessionUpdateEvent { Session = new LegacySessionConfiguration { Voice = Voice.Alloy } }, "session should have the nested shape, since only servers of the beta accept the flat one" },
        { new InputAudioBufferAppendEvent { Audio = new byte[12_000_000] }, "audio is 12000000 bytes, should be at most 15728640 bytes in base64" },
    };

    [Theory, MemberData(nameof(Fine))]
    public void What_the_service_takes_breaks_no_rule(ClientEvent send)
    {
        send.Validate().Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Refused))]
    public void What_the_service_refuses_is_an_error_with_its_path(ClientEvent send, string error)
    {
        var violation = send.Validate().Should().ContainSingle(violation => violation.Severity == ConstraintSeverity.Error).Which;

        violation.ToString().Should().StartWith(error);
    }

    [Theory, MemberData(nameof(Warned))]
    public void What_may_be_a_mistake_is_a_warning(ClientEvent send, string warning)
    {
        send.Validate().Should().ContainSingle().Which.Should().BeEquivalentTo(new { Severity = ConstraintSeverity.Warning });
        send.Validate().Single().ToString().Should().Be(warning);
    }

    [Fact]
    public void All_broken_rules_are_reported_at_once()
    {
        var send = new ConversationItemTruncateEvent { EventId = new string('e', 600), ItemId = "", ContentIndex = -1, AudioEnd = TimeSpan.FromDays(1000) };

        send.Validate().Select(violation => violation.Path).Should().Equal("event_id", "item_id", "content_index", "audio_end_ms");
    }

    private static ConversationItemCreateEvent Message(ItemRole role, ContentPart part) => new() { Item = new MessageItem { Role = role, Content = [part] } };

    private static InputImagePart Picture(int bytes) =>
        new() { ImageUrl = $"data:image/jpeg;base64,{Convert.ToBase64String([0xFF, 0xD8, 0xFF, .. new byte[bytes - 3]])}" };

    private static string Id(int length) => "item_".PadRight(length, 'x');

    private static ResponseCreateEvent Response(ResponseConfiguration response) => new() { Response = response };
}
