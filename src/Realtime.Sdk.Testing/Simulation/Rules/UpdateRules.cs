namespace Realtime.Sdk.Testing.Internal;

/// <summary>What may not change any more when it has come into use.</summary>
internal static class UpdateRules
{
    /// <summary>Refuses an update that comes too late.</summary>
    public static void Check(JsonObject current, JsonObject updated, bool hasSpoken, bool isResponding)
    {
        if (hasSpoken && Differs(current, updated, "voice"))
            throw SettledVoice("session.audio.output.voice");
        if (isResponding && Differs(current, updated, "speed"))
            throw EmulatorHttpException.InvalidValue("session.audio.output.speed", "it cannot change while a response is in progress");
        if (current["tracing"] is { } tracing && updated["tracing"] is { } changed && !JsonNode.DeepEquals(tracing, changed))
            throw EmulatorHttpException.InvalidValue("session.tracing", "tracing cannot change once it is on");
    }

    /// <summary>Refuses a response in another voice than the one that the assistant was heard in.</summary>
    public static void CheckVoice(JsonObject? response, JsonNode? heard)
    {
        if (heard is not null && Output(response)?["voice"] is { } voice && !JsonNode.DeepEquals(voice, heard))
            throw SettledVoice("response.audio.output.voice");
    }

    /// <summary>Seen of the service.</summary>
    private static EmulatorHttpException SettledVoice(string path) =>
        new(400, "Cannot update a conversation's voice if assistant audio is present.", "cannot_update_voice", path);

    private static bool Differs(JsonObject current, JsonObject updated, string member) => !JsonNode.DeepEquals(Output(current)?[member], Output(updated)?[member]);

    private static JsonObject? Output(JsonObject? holder) => holder.Object("audio").Object("output");
}
