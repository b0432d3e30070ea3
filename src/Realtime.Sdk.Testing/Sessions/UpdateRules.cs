namespace Realtime.Sdk.Testing.Internal;

/// <summary>Refuses changes to members that are already in use.</summary>
internal static class UpdateRules
{
    /// <summary>Refuses a change of the voice after the assistant has spoken, of the speed during a response, and of tracing that is enabled.</summary>
    public static void Check(JsonObject current, JsonObject updated, bool hasSpoken, bool isResponding)
    {
        if (hasSpoken && IsDifferent(current, updated, "voice"))
            throw CreateVoiceRefusal("session.audio.output.voice");
        if (isResponding && IsDifferent(current, updated, "speed"))
            throw EmulatorHttpException.InvalidValue("session.audio.output.speed", "it cannot change while a response is in progress");
        if (current["tracing"] is { } tracing && updated["tracing"] is { } changed && !JsonNode.DeepEquals(tracing, changed))
            throw EmulatorHttpException.InvalidValue("session.tracing", "tracing cannot change once it is on");
    }

    /// <summary>Refuses a response in a voice other than the one that the assistant has used before.</summary>
    public static void CheckVoice(JsonObject? response, JsonNode? heard)
    {
        if (heard is not null && response.AudioOutput()?["voice"] is { } voice && !JsonNode.DeepEquals(voice, heard))
            throw CreateVoiceRefusal("response.audio.output.voice");
    }

    /// <summary>The message and the code were observed from the service.</summary>
    private static EmulatorHttpException CreateVoiceRefusal(string path) =>
        new(400, "Cannot update a conversation's voice if assistant audio is present.", "cannot_update_voice", path);

    private static bool IsDifferent(JsonObject current, JsonObject updated, string member) =>
        !JsonNode.DeepEquals(current.AudioOutput()?[member], updated.AudioOutput()?[member]);
}
