namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>Items of the wire as items of Microsoft.Extensions.AI.</summary>
internal static class ItemReader
{
    /// <param name="item">The item.</param>
    /// <param name="mayInvoke">
    /// Whether a function call in the item asks for its invocation. The service reports each call in several events; only one of them must lead to an invocation.
    /// </param>
    /// <param name="session">The session, whose formats are those of audio in the item; null if it is not known.</param>
    public static RealtimeConversationItem Read(ConversationItem item, bool mayInvoke, SessionConfiguration? session) => new([.. ReadContents(item, mayInvoke, session)])
    {
        Id = item.Id,
        Role = item is MessageItem message && !string.IsNullOrWhiteSpace(message.Role.Value) ? new ChatRole(message.Role.Value) : null,
        RawRepresentation = item,
    };

    public static List<RealtimeConversationItem>? Read(IReadOnlyList<ConversationItem>? items, SessionConfiguration? session) =>
        items?.Select(item => Read(item, mayInvoke: true, session)).ToList();

    private static IEnumerable<AIContent> ReadContents(ConversationItem item, bool mayInvoke, SessionConfiguration? session) => item switch
    {
        MessageItem message => message.Content.SelectMany(part => ReadPart(part, session)),
        FunctionCallItem call => [ReadCall(call, mayInvoke)],
        FunctionCallOutputItem output => [new FunctionResultContent(output.CallId, output.Output) { RawRepresentation = item }],
        McpCallItem call => ReadMcpCall(call),
        McpApprovalRequestItem request => [new ToolApprovalRequestContent(request.Id ?? "", ReadMcpCall(request)) { RawRepresentation = item }],
        // The item contains only the ID of the request, so no more is known of the call.
        McpApprovalResponseItem response =>
            [
                new ToolApprovalResponseContent(response.ApprovalRequestId, response.Approve, new ToolCallContent(response.ApprovalRequestId))
                {
                    Reason = response.Reason,
                    RawRepresentation = item,
                },
            ],
        _ => [],
    };

    private static IEnumerable<AIContent> ReadPart(ContentPart part, SessionConfiguration? session)
    {
        switch (part)
        {
            case InputTextPart text:
                yield return new TextContent(text.Text) { RawRepresentation = part };
                break;
            case OutputTextPart text:
                yield return new TextContent(text.Text) { RawRepresentation = part };
                break;
            case InputAudioPart audio:
                foreach (var content in ReadAudio(part, audio.Transcript, audio.Audio, InputFormat(session)))
                    yield return content;
                break;
            case OutputAudioPart audio:
                foreach (var content in ReadAudio(part, audio.Transcript, audio.Audio, (session as RealtimeSessionConfiguration)?.Audio?.Output?.Format))
                    yield return content;
                break;
            case InputImagePart image:
                yield return ReadImage(image);
                break;
            default:
                yield return new AIContent { RawRepresentation = part };
                break;
        }
    }

    private static IEnumerable<AIContent> ReadAudio(ContentPart part, string? transcript, ReadOnlyMemory<byte> audio, AudioFormat? format)
    {
        if (transcript is not null)
            yield return new TextContent(transcript) { RawRepresentation = part };
        if (!audio.IsEmpty)
            yield return new DataContent(audio, FormatMapping.MediaType(format)) { RawRepresentation = part };
    }

    private static AIContent ReadImage(InputImagePart image)
    {
        try
        {
            if (image.ImageUrl.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
                return new DataContent(image.ImageUrl) { RawRepresentation = image };
            if (Uri.TryCreate(image.ImageUrl, UriKind.Absolute, out var address))
                return new UriContent(address, "image/*") { RawRepresentation = image };
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // Not a valid data URI. The part is still in the raw representation.
        }
        return new AIContent { RawRepresentation = image };
    }

    private static ToolCallContent ReadCall(FunctionCallItem call, bool mayInvoke)
    {
        var id = call.CallId ?? "";
        // The arguments of a call that an interruption has cut off are incomplete, even if they happen to be valid JSON. Function invocation runs every
        // FunctionCallContent of a completed item, including those for information only, so this one must not be one.
        if (mayInvoke && call.Status is { } status && status != ItemStatus.Completed)
            return new(id) { RawRepresentation = call };
        var content = FunctionCallContent.CreateFromParsedArguments(call.Arguments, id, call.Name, ReadArguments);
        content.RawRepresentation = call;
        content.InformationalOnly = !mayInvoke;
        return content;
    }

    private static IEnumerable<AIContent> ReadMcpCall(McpCallItem call)
    {
        var id = call.Id ?? "";
        yield return new McpServerToolCallContent(id, call.Name, call.ServerLabel) { Arguments = TryReadArguments(call.Arguments), RawRepresentation = call };
        AIContent? output = call switch
        {
            { Error: { } error } => ReadError(error),
            { Output: { } text } => new TextContent(text),
            _ => null,
        };
        if (output is not null)
            yield return new McpServerToolResultContent(id) { Outputs = [output], RawRepresentation = call };
    }

    private static McpServerToolCallContent ReadMcpCall(McpApprovalRequestItem request) =>
        new(request.Id ?? "", request.Name, request.ServerLabel) { Arguments = TryReadArguments(request.Arguments), RawRepresentation = request };

    private static ErrorContent ReadError(McpError error) => error switch
    {
        McpToolExecutionError execution => new(execution.Message) { ErrorCode = error.Type, RawRepresentation = error },
        McpProtocolError protocol => new(protocol.Message) { ErrorCode = protocol.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), RawRepresentation = error },
        McpHttpError http => new(http.Message) { ErrorCode = http.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), RawRepresentation = error },
        _ => new(error.Type) { RawRepresentation = error },
    };

    private static Dictionary<string, object?>? TryReadArguments(string arguments)
    {
        try
        {
            return ReadArguments(arguments);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads arguments that a model wrote. An empty text is a call without arguments.</summary>
    private static Dictionary<string, object?>? ReadArguments(string arguments)
    {
        if (arguments.Length == 0)
            return [];
        var json = JsonElement.Parse(arguments, new JsonDocumentOptions { AllowDuplicateProperties = false });
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonException("The arguments of a function must be a JSON object.");
        return json.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value, StringComparer.Ordinal);
    }

    private static AudioFormat? InputFormat(SessionConfiguration? session) => session switch
    {
        RealtimeSessionConfiguration conversation => conversation.Audio?.Input?.Format,
        TranscriptionSessionConfiguration transcription => transcription.Audio?.Input?.Format,
        _ => null,
    };
}
