using System.Globalization;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A value of checked JSON with its place. Each place is one instance, so that results can be remembered by it, and names are compared without reading the
/// JSON again.
/// </summary>
internal sealed class ValueNode
{
    private const int QuotedCharacters = 40;

    private readonly ValueNode? _parent;
    private readonly string? _name;
    private readonly int _index;
    private string? _key;
    private JsonNumber? _number;

    private ValueNode(ValueNode? parent, string? name, int index) => (_parent, _name, _index) = (parent, name, index);

    /// <summary>Undefined if no value can be read, for example because it is nested too deep.</summary>
    public JsonValueKind Kind { get; private init; }

    /// <summary>The text of a string; null for other values, and for text that is not valid Unicode.</summary>
    public string? Text { get; private init; }

    /// <summary>The members of an object by name, in the order of the JSON.</summary>
    public OrderedDictionary<string, ValueNode> Members { get; } = [];

    public List<ValueNode> Items { get; } = [];

    public ValueNode? Parent => _parent;

    /// <summary>The value of a number.</summary>
    public JsonNumber Number => _number ??= JsonNumber.Parse(Raw);

    /// <summary>The JSON of a number.</summary>
    private string Raw { get; init; } = "";

    /// <summary>Reads a value and everything in it. The faults of the JSON itself are reported, and the value that contains them is not usable.</summary>
    public static ValueNode Read(JsonElement json, int maxDepth, Action<ValueNode, string> report) => Read(json, null, null, 0, maxDepth, report);

    /// <summary>Creates a value from the name of a member, for the keyword <c>propertyNames</c>.</summary>
    public ValueNode ToName() => new(_parent, _name, _index) { Kind = JsonValueKind.String, Text = _name };

    /// <summary>Returns the path, for example <c>$.items[2].count</c>. Names with other characters are written as <c>$["first name"]</c>.</summary>
    public string GetPath()
    {
        var steps = new Stack<ValueNode>();
        for (var node = this; node._parent is not null; node = node._parent)
            steps.Push(node);
        var path = new StringBuilder("$");
        foreach (var step in steps)
            Append(path, step);
        return path.ToString();
    }

    /// <summary>Returns the path of a member, which need not exist.</summary>
    public string GetPath(string name) => Append(new(GetPath()), new(this, name, 0)).ToString();

    /// <summary>Returns the value as text for messages.</summary>
    public string Describe() => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => Constraints.Quote(Text),
        JsonValueKind.Number => PeerText.Sanitize(Raw, maxLength: QuotedCharacters),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <summary>Returns a text that is the same for equal values only. The order of members does not matter, and 1.0 equals 1.</summary>
    public string GetKey() => _key ??= Kind switch
    {
        JsonValueKind.String => ToKey(Text ?? ""),
        JsonValueKind.Number => Number.ToString(),
        JsonValueKind.Array => $"[{string.Concat(Items.Select(item => $"{item.GetKey()},"))}]",
        JsonValueKind.Object => $"{{{string.Concat(Members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{ToKey(member.Key)}{member.Value.GetKey()},"))}}}",
        _ => Kind.ToString(),
    };

    // The length makes the end of a text unambiguous.
    private static string ToKey(string text) => $"{text.Length.ToString(CultureInfo.InvariantCulture)}\"{text}";

    private static ValueNode Read(JsonElement json, ValueNode? parent, string? name, int index, int maxDepth, Action<ValueNode, string> report)
    {
        var text = json.ValueKind == JsonValueKind.String ? TryRead(json) : null;
        var node = new ValueNode(parent, name, index) { Kind = json.ValueKind, Text = text, Raw = json.ValueKind == JsonValueKind.Number ? json.GetRawText() : "" };
        if (json.ValueKind == JsonValueKind.Undefined)
            report(node, "must be a JSON value");
        else if (json.ValueKind == JsonValueKind.String && text is null)
            report(node, "must be valid Unicode: it contains a lone surrogate");
        else if (json.ValueKind is JsonValueKind.Object or JsonValueKind.Array && maxDepth == 0)
            report(node, $"must be nested at most {GetDepth(parent)} levels deep");
        else if (json.ValueKind == JsonValueKind.Object)
            node.ReadMembers(json, maxDepth - 1, report);
        else if (json.ValueKind == JsonValueKind.Array)
            node.ReadItems(json, maxDepth - 1, report);
        return node;
    }

    private static int GetDepth(ValueNode? node) => node is null ? 0 : GetDepth(node._parent) + 1;

    private void ReadMembers(JsonElement json, int maxDepth, Action<ValueNode, string> report)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (TryRead(member) is not { } name)
            {
                report(this, "must not have a member whose name contains a lone surrogate");
                continue;
            }
            var value = Read(member.Value, this, name, 0, maxDepth, report);
            if (!Members.TryAdd(name, value))
            {
                report(value, "must not be given twice");
                Members[name] = value;
            }
        }
    }

    private void ReadItems(JsonElement json, int maxDepth, Action<ValueNode, string> report)
    {
        foreach (var item in json.EnumerateArray())
            Items.Add(Read(item, this, null, Items.Count, maxDepth, report));
    }

    private static StringBuilder Append(StringBuilder path, ValueNode step) =>
        step._name is null ? path.Append(CultureInfo.InvariantCulture, $"[{step._index}]")
        : IsPlain(step._name) ? path.Append('.').Append(step._name)
        : path.Append('[').Append(Constraints.Quote(step._name)).Append(']');

    // Keywords such as $ref and discriminators such as $type are plain too.
    private static bool IsPlain(string name)
    {
        var letters = name.StartsWith('$') ? name[1..] : name;
        return letters.Length > 0 && Constraints.IsPlainName(letters);
    }

    /// <summary>Returns the text of a string, or null if it contains a lone surrogate or invalid UTF-8.</summary>
    public static string? TryRead(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Returns the name of a member, or null if it contains a lone surrogate or invalid UTF-8.</summary>
    public static string? TryRead(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
