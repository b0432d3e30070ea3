namespace Realtime.Sdk.Internal;

/// <summary>The content parts that a client may send in a message, by role.</summary>
internal static class MessageRules
{
    private const string SystemRule = "must be input_text in a system message", UserRule = "must be input_text, input_audio or input_image in a user message",
        AssistantRule = "must be output_text in an assistant message", AssistantAudioRule = "must not be output_audio: a client cannot create audio of the assistant";

    public static void Check(Constraints constraints, MessageItem message)
    {
        constraints.Known(message.Role, [ItemRole.User, ItemRole.Assistant, ItemRole.System], "role");
        for (var i = 0; i < message.Content.Count; i++)
        {
            if (message.Content[i] is not { } part)
            {
                constraints.Error($"content[{i}]", null, "is required");
                continue;
            }
            if (FindBrokenRule(message.Role, part) is { } brokenRule)
                constraints.Error($"content[{i}].type", Constraints.Quote(part.Type), brokenRule);
            constraints.ValidateMember($"content[{i}]", part);
        }
    }

    /// <summary>Returns the rule that the part violates, or null. Unrecognized roles and parts are not checked.</summary>
    private static string? FindBrokenRule(ItemRole role, ContentPart part)
    {
        if (role == ItemRole.System && part is not (InputTextPart or UnknownContentPart))
            return SystemRule;
        if (role == ItemRole.User && part is (OutputTextPart or OutputAudioPart))
            return UserRule;
        if (role == ItemRole.Assistant && part is OutputAudioPart)
            return AssistantAudioRule;
        return role == ItemRole.Assistant && part is not (OutputTextPart or UnknownContentPart) ? AssistantRule : null;
    }
}
