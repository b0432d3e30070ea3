using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Gives a configuration tree its JSON back: children with the keys 0, 1, 2 are an array, and a text is a number or a truth value where
/// the wire has one. A node with neither value nor children is <c>null</c>.
/// </summary>
internal static class RealtimeSessionBinder
{
    /// <summary>Below these every text that looks like a number or a truth value is one: the JSON there is the user's own.</summary>
    private static readonly FrozenSet<string> Free = FrozenSet.ToFrozenSet(["parameters", "schema", "metadata"]);

    /// <summary>The members of sessions that are numbers or truth values on the wire; a test compares them with the records.</summary>
    public static FrozenSet<string> Literals { get; } = FrozenSet.ToFrozenSet(
    [
        "create_response", "defer_loading", "idle_timeout_ms", "interrupt_response", "max_output_tokens", "max_response_output_tokens",
        "parallel_tool_calls", "post_instructions", "prefix_padding_ms", "rate", "read_only", "retention_ratio", "silence_duration_ms", "speed",
        "strength", "temperature", "threshold",
    ]);

    /// <summary>The section as the JSON it stands for.</summary>
    public static ReadOnlySpan<byte> ToJson(IConfiguration section)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            WriteObject(json, [.. section.GetChildren()], free: false);
        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, IConfigurationSection node, bool free)
    {
        IConfigurationSection[] children = [.. node.GetChildren()];
        if (children.Length == 0)
            WriteValue(json, node.Value, free || Literals.Contains(node.Key));
        else if (Enumerable.Range(0, children.Length).All(index => children[index].Key == index.ToString(CultureInfo.InvariantCulture)))
            WriteArray(json, children, free);
        else
            WriteObject(json, children, free);
    }

    private static void WriteArray(Utf8JsonWriter json, IReadOnlyList<IConfigurationSection> elements, bool free)
    {
        json.WriteStartArray();
        foreach (var element in elements)
            Write(json, element, free);
        json.WriteEndArray();
    }

    private static void WriteObject(Utf8JsonWriter json, IReadOnlyList<IConfigurationSection> members, bool free)
    {
        json.WriteStartObject();
        foreach (var member in members)
        {
            json.WritePropertyName(member.Key);
            Write(json, member, free || Free.Contains(member.Key));
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string? text, bool literal)
    {
        if (text is null)
            json.WriteNullValue();
        else if (literal && bool.TryParse(text, out var truth))
            json.WriteBooleanValue(truth);
        else if (literal && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(text);
    }
}
