namespace Realtime.Sdk.Internal;

/// <summary>The members that a record has on the wire and what each of them holds. Generated for every record, and created only on request.</summary>
internal sealed class WireShape
{
    private readonly List<(string Name, WireValueShape Value)> _members = [];
    private readonly Func<string, WireShape?>? _variant;

    public WireShape() { }

    private WireShape(Func<string, WireShape?> variant, string[] types) => (_variant, Types) = (variant, types);

    /// <summary>The types that tell the variants of a family apart; empty for a record, and for a family whose variants have no <c>type</c>.</summary>
    public IReadOnlyList<string> Types { get; } = [];

    /// <summary>Whether the shape is a family of records, whose JSON may also be something other than an object.</summary>
    public bool IsFamily => _variant is not null;

    /// <summary>The names of the members.</summary>
    public IEnumerable<string> Names => _members.Select(static member => member.Name);

    /// <summary>Creates the shape of a family.</summary>
    /// <param name="variant">Returns the shape of the variant with a type; null when there is none.</param>
    /// <param name="types">The known types.</param>
    public static WireShape OfFamily(Func<string, WireShape?> variant, params string[] types) => new(variant, types);

    /// <summary>Adds a member.</summary>
    public WireShape With(string name, WireValueShape value)
    {
        _members.Add((name, value));
        return this;
    }

    /// <summary>Returns what the member holds; null when the record has no such member.</summary>
    public WireValueShape? Find(string name) => _members.Find(member => member.Name == name).Value;

    /// <summary>Returns the shape of the variant with a type, or of the record itself; null when no variant has this type.</summary>
    public WireShape? VariantOf(string? type) => _variant is null ? this : _variant(type ?? "");
}

/// <summary>What a member holds on the wire.</summary>
internal sealed class WireValueShape
{
    private readonly Func<WireShape>? _shape;

    private WireValueShape(WireValueKind kind, WireValueShape? element = null, Func<WireShape>? shape = null) => (Kind, Element, _shape) = (kind, element, shape);

    public static WireValueShape Text { get; } = new(WireValueKind.Text);

    public static WireValueShape Boolean { get; } = new(WireValueKind.Boolean);

    public static WireValueShape Number { get; } = new(WireValueKind.Number);

    public static WireValueShape NumberOrText { get; } = new(WireValueKind.NumberOrText);

    public static WireValueShape Schema { get; } = new(WireValueKind.Schema);

    public static WireValueShape Json { get; } = new(WireValueKind.Json);

    public WireValueKind Kind { get; }

    /// <summary>What a list or a map holds; null for every other kind.</summary>
    public WireValueShape? Element { get; }

    /// <summary>The shape of the record.</summary>
    public WireShape Shape => _shape!();

    public static WireValueShape Object(Func<WireShape> shape) => new(WireValueKind.Object, shape: shape);

    public static WireValueShape List(WireValueShape element) => new(WireValueKind.List, element);

    public static WireValueShape Map(WireValueShape element) => new(WireValueKind.Map, element);
}

/// <summary>The kinds of values on the wire.</summary>
internal enum WireValueKind
{
    Text,
    Boolean,
    Number,

    /// <summary>A number, or a word in its place.</summary>
    NumberOrText,

    /// <summary>A record, or a family of records.</summary>
    Object,

    List,

    /// <summary>An object whose member names are data.</summary>
    Map,

    /// <summary>A JSON Schema.</summary>
    Schema,

    /// <summary>Any JSON.</summary>
    Json,
}
