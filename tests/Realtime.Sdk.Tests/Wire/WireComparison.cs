using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>Compares what was written with what was read: member by member and null by null, but for the nulls that are named here.</summary>
internal static class WireComparison
{
    /// <summary>The members whose null means something, so that it is written back: see docs/json.md.</summary>
    private static readonly HashSet<string> MeaningfulNulls =
    [
        "turn_detection", "transcription", "input_audio_transcription", "noise_reduction", "input_audio_noise_reduction", "idle_timeout_ms",
        "tracing", "prompt",
    ];

    /// <summary>The members that examples and payloads hold as null and that are left out on writing, each with what the null stands for.</summary>
    private static readonly Dictionary<string, string> NullsLeftOut = new()
    {
        ["approval_request_id"] = "the call needed no approval",
        ["client_secret"] = "the session has no secret of its own",
        ["code"] = "the error has no code",
        ["conversation_id"] = "the response is outside of the conversation",
        ["description"] = "the function is not described",
        ["include"] = "nothing more is included in events",
        ["language"] = "the language is detected",
        ["logprobs"] = "no log probabilities were asked for",
        ["metadata"] = "nothing was attached",
        ["output"] = "the call has no output yet, or failed",
        ["param"] = "the error is about no parameter",
        ["previous_item_id"] = "the item is the first",
        ["status_details"] = "the response has not ended",
        ["type"] = "the session does not say what it is",
        ["usage"] = "the response has not ended",
    };

    /// <summary>Whether what was written is what was read, without the nulls that are left out and without any that are invented.</summary>
    public static bool IsWrittenBack(JsonNode? written, JsonNode? original) => JsonNode.DeepEquals(WithoutNullsLeftOut(original), written);

    public static bool HasMeaningWhenNull(string member) => MeaningfulNulls.Contains(member);

    public static void ShouldBeWrittenBack(string written, string original) =>
        IsWrittenBack(JsonNode.Parse(written), JsonNode.Parse(original)).Should().BeTrue($"{written} should say what {original} says");

    private static JsonNode? WithoutNullsLeftOut(JsonNode? json) => json switch
    {
        null => null,
        JsonObject members => new JsonObject(
            from member in members
            where member.Value is not null || !NullsLeftOut.ContainsKey(member.Key)
            select KeyValuePair.Create(member.Key, WithoutNullsLeftOut(member.Value))),
        JsonArray elements => new JsonArray([.. elements.Select(WithoutNullsLeftOut)]),
        _ => json.DeepClone(),
    };
}
