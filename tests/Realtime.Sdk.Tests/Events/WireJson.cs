using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Events;

/// <summary>Compares JSON as the wire understands it.</summary>
internal static class WireJson
{
    /// <summary>Members in which null says something; in all others it is the same as nothing.</summary>
    private static readonly HashSet<string> MeaningfulNulls =
        ["turn_detection", "noise_reduction", "transcription", "input_audio_transcription", "tracing", "prompt", "idle_timeout_ms"];

    public static void ShouldBeSame(string written, string original) =>
        JsonNode.DeepEquals(Plain(written), Plain(original)).Should().BeTrue($"{written} should say the same as {original}");

    private static JsonNode? Plain(string json)
    {
        var node = JsonNode.Parse(json);
        DropNulls(node);
        return node;
    }

    private static void DropNulls(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var element in array)
                DropNulls(element);
        }
        if (node is not JsonObject members)
            return;
        foreach (var name in members.Where(member => member.Value is null && !MeaningfulNulls.Contains(member.Key)).Select(member => member.Key).ToArray())
            members.Remove(name);
        foreach (var member in members)
            DropNulls(member.Value);
    }
}
