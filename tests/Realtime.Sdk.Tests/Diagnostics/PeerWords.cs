using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>What a hostile or careless server puts wherever it can put text, and what must not be left of it in any sink.</summary>
internal static class PeerWords
{
    /// <summary>A key that must never show, in part or whole.</summary>
    public const string Key = "sk-canary-4711";

    /// <summary>A key, a forged line, terminal escapes, and characters that turn the line around or hide in it.</summary>
    public const string Dirty = Key + "\r\nFORGED\u001b[31m\u0085\u009B\u0000\u2028\u2029\u202Eevil\u2066\u200F\u061C\uFEFF ek_canary4711";

    /// <summary>The same as bytes of a header or a status line can hold it.</summary>
    public const string DirtyHeader = Key + "\u001b[31m\u0085\u009B\u007F\tek_canary4711";

    private static readonly SearchValues<char> Hidden = SearchValues.Create("\u001b\u0085\u009B\u0000\u007F\u2028\u2029\u202E\u2066\u200F\u061C\uFEFF");

    /// <summary>Every text of a JSON value made dirty, but for those that say which record it is.</summary>
    public static JsonNode Dirtied(JsonNode value, bool alsoTypes)
    {
        if (value is JsonObject members)
        {
            foreach (var (name, member) in members.ToArray())
            {
                if (member is not null && (alsoTypes || name is not "type"))
                    members[name] = Dirtied(member.DeepClone(), alsoTypes);
            }
            members["unknown sk-canary-4711 \u001b\u202E"] = Dirty;
        }
        else if (value is JsonArray elements)
        {
            for (var i = 0; i < elements.Count; i++)
                elements[i] = elements[i] is { } element ? Dirtied(element.DeepClone(), alsoTypes) : null;
        }
        return value.GetValueKind() == JsonValueKind.String ? JsonValue.Create(Dirty) : value;
    }

    /// <summary>Nothing of the key anywhere; nothing that forges, hides or reorders a line where a line is printed.</summary>
    public static void ShouldBeClean(this Sinks sinks)
    {
        sinks.All.Should().NotBeEmpty();
        sinks.All.Where(text => text.Contains("canary", StringComparison.OrdinalIgnoreCase)).Should().BeEmpty("keys are masked");
        sinks.All.Where(text => text.AsSpan().ContainsAny(Hidden)).Should().BeEmpty("nothing may reorder or hide");
        sinks.Lines.Where(text => text.Any(char.IsControl)).Should().BeEmpty("a line stays a line");
        sinks.Lines.Where(text => text.Length > 40_000).Should().BeEmpty("the length is bounded");
    }
}
