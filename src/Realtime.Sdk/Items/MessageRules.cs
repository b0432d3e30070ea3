namespace Realtime.Sdk.Internal;

/// <summary>C56, C57: which parts a message of which role takes when a client makes it.</summary>
internal static class MessageRules
{
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
            if (WhyRefused(message.Role, part) is { } refusal)
                constraints.Error($"content[{i}].type", Constraints.Quote(part.Type), refusal);
            constraints.ValidateMember($"content[{i}]", part);
        }
    }

    /// <summary>Roles and parts this version does not know are let through.</summary>
    private static string? WhyRefused(ItemRole role, ContentPart part)
    {
        if (role == ItemRole.System && part is not (InputTextPart or UnknownContentPart))
            return "a system message takes only input_text";
        if (role == ItemRole.User && part is (OutputTextPart or OutputAudioPart))
            return "a user message takes only input_text, input_audio and input_image";
        if (role == ItemRole.Assistant && part is OutputAudioPart)
            return "a client cannot create audio of the assistant";
        return role == ItemRole.Assistant && part is not (OutputTextPart or UnknownContentPart) ? "an assistant message takes only output_text" : null;
    }
}
