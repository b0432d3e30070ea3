using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>Compares JSON as the wire understands it: null and absent are the same, except where null has a meaning.</summary>
internal static class WireComparison
{
    private static readonly HashSet<string> MeaningfulNulls =
    [
        "turn_detection", "transcription", "input_audio_transcription", "noise_reduction", "input_audio_noise_reduction", "idle_timeout_ms",
        "tracing", "prompt",
    ];

    public static bool Same(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(WithoutEmptyNulls(one), WithoutEmptyNulls(other));

    public static bool HasMeaningWhenNull(string member) => MeaningfulNulls.Contains(member);

    public static void ShouldBeSame(string written, string original) =>
        Same(JsonNode.Parse(written), JsonNode.Parse(original)).Should().BeTrue($"{written} should say the same as {original}");

    private static JsonNode? WithoutEmptyNulls(JsonNode? json) => json switch
    {
        null => null,
        JsonObject members => new JsonObject(
            from member in members
            where member.Value is not null || MeaningfulNulls.Contains(member.Key)
            select KeyValuePair.Create(member.Key, WithoutEmptyNulls(member.Value))),
        JsonArray elements => new JsonArray([.. elements.Select(WithoutEmptyNulls)]),
        _ => json.DeepClone(),
    };
}
