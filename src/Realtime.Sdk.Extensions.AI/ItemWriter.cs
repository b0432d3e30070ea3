using System.Globalization;

namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>Items of Microsoft.Extensions.AI as items of the wire.</summary>
internal static class ItemWriter
{
    /// <summary>Audio files, which the API does not accept: it expects samples in the format of the session, without a header.</summary>
    private static readonly string[] AudioFiles =
        ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/mpeg", "audio/mp3", "audio/mp4", "audio/aac", "audio/ogg", "audio/flac", "audio/webm"];

    /// <summary>Creates the items of the wire: one message for consecutive texts, images and audio, and one item for each result, call and approval.</summary>
    /// <exception cref="ArgumentException">The item is empty, or has content that the API does not accept.</exception>
    public static IReadOnlyList<ConversationItem> Write(RealtimeConversationItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.RawRepresentation is ConversationItem raw)
            return [item.Id is { } id ? raw with { Id = id } : raw];
        var items = new List<ConversationItem>();
        var parts = new List<ContentPart>();
        foreach (var content in item.Contents)
        {
            if (WriteItem(content) is not { } other)
            {
                parts.Add(WritePart(content, item.Role));
                continue;
            }
            AddMessage();
            items.Add(other);
        }
        AddMessage();
        return (items.Count, item.Id) switch
        {
            (0, { } reference) => [new ItemReference { Id = reference }],
            (0, null) => throw new ArgumentException("The item has no contents.", nameof(item)),
            (_, null) => items,
            (1, _) => [items[0] with { Id = item.Id }],
            _ => throw new ArgumentException($"The contents are {items.Count} items of the API, so they cannot have one ID: create an item for each.", nameof(item)),
        };

        void AddMessage()
        {
            if (parts.Count == 0)
                return;
            items.Add(new MessageItem { Role = item.Role?.Value ?? ItemRole.User, Content = [.. parts] });
            parts.Clear();
        }
    }

    /// <summary>Returns the audio of a content.</summary>
    /// <exception cref="ArgumentException">The content is not audio, or it is an audio file.</exception>
    public static ReadOnlyMemory<byte> WriteAudio(DataContent content)
    {
        if (!content.HasTopLevelMediaType("audio"))
        {
            throw new ArgumentException(
                $"The media type of audio must begin with 'audio/', and is '{PeerText.Sanitize(content.MediaType, maxLength: 100)}'.", nameof(content));
        }
        if (AudioFiles.Contains(content.MediaType, StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"The API does not accept audio files such as '{PeerText.Sanitize(content.MediaType, maxLength: 100)}': send the samples in the format of the session, for example with {nameof(WavReader)}.",
                nameof(content));
        }
        return content.Data;
    }

    /// <summary>Returns the item of a content that is an item of its own; null for a part of a message.</summary>
    private static ConversationItem? WriteItem(AIContent content) => content switch
    {
        { RawRepresentation: ConversationItem raw } => raw,
        FunctionResultContent result => new FunctionCallOutputItem { CallId = result.CallId, Output = FunctionOutput.ToText(result) },
        FunctionCallContent call => new FunctionCallItem { CallId = call.CallId, Name = call.Name, Arguments = FunctionOutput.ToJson(call.Arguments) },
        ToolApprovalResponseContent approval => new McpApprovalResponseItem { ApprovalRequestId = approval.RequestId, Approve = approval.Approved, Reason = approval.Reason },
        _ => null,
    };

    private static ContentPart WritePart(AIContent content, ChatRole? role) => content switch
    {
        { RawRepresentation: ContentPart raw } => raw,
        TextContent text => role == ChatRole.Assistant ? new OutputTextPart { Text = text.Text } : new InputTextPart { Text = text.Text },
        DataContent image when image.HasTopLevelMediaType("image") => new InputImagePart { ImageUrl = image.Uri, Detail = Detail(image) },
        UriContent image when image.HasTopLevelMediaType("image") => new InputImagePart { ImageUrl = image.Uri.ToString(), Detail = Detail(image) },
        DataContent audio => new InputAudioPart { Audio = WriteAudio(audio) },
        null => throw new ArgumentException("The contents of an item must not contain null.", nameof(content)),
        _ => throw new ArgumentException(
            $"The Realtime API has no content for {content.GetType().Name}: use text, audio, an image, a function call or result, or an approval.", nameof(content)),
    };

    // The name that the adapters of Microsoft.Extensions.AI use for OpenAI's detail of images.
    private static ImageDetail? Detail(AIContent content)
    {
        if (content.AdditionalProperties?.TryGetValue("detail", out var detail) is not true)
            return null;
        return Convert.ToString(detail, CultureInfo.InvariantCulture) is { Length: > 0 } text ? new ImageDetail(text) : default(ImageDetail?);
    }
}
