namespace Realtime.Sdk.Testing.Internal;

/// <summary>What may not change any more when it has come into use.</summary>
internal static class UpdateRules
{
    /// <summary>Refuses an update that comes too late.</summary>
    public static void Check(JsonObject current, JsonObject updated, bool hasSpoken, bool isResponding)
    {
        if (hasSpoken && Differs(current, updated, "voice"))
            throw new EmulatorHttpException(400, "Cannot update a conversation's voice if assistant audio is present.", "cannot_update_voice", "session.audio.output.voice");
        if (isResponding && Differs(current, updated, "speed"))
            throw EmulatorHttpException.InvalidValue("session.audio.output.speed", "it cannot change while a response is in progress");
        if (current["tracing"] is { } tracing && updated["tracing"] is { } changed && !JsonNode.DeepEquals(tracing, changed))
            throw EmulatorHttpException.InvalidValue("session.tracing", "tracing cannot change once it is on");
    }

    private static bool Differs(JsonObject current, JsonObject updated, string member) =>
        !JsonNode.DeepEquals(current.Object("audio").Object("output")?[member], updated.Object("audio").Object("output")?[member]);
}
