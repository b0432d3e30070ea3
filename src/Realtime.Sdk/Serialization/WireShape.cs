namespace Realtime.Sdk.Internal;

/// <summary>The JSON shape of a record: its members and the kind of each value. Generated for each record, and created only on request.</summary>
internal sealed class WireShape
{
    private readonly List<(string Name, WireValueShape Value)> _members = [];
    private readonly Func<string, WireShape?>? _variant;

    public WireShape() { }

    private WireShape(Func<string, WireShape?> variant, string[] types) => (_variant, Types) = (variant, types);

    /// <summary>The types of the variants of a family; empty for a record, and for a family whose variants have no <c>type</c>.</summary>
    public IReadOnlyList<string> Types { get; } = [];

    /// <summary>Whether this is the shape of a family of records. Its JSON need not be an object.</summary>
    public bool IsFamily => _variant is not null;

    /// <summary>The names of the members.</summary>
    public IEnumerable<string> Names => _members.Select(static member => member.Name);

    /// <summary>Creates the shape of a family.</summary>
    /// <param name="variant">Returns the shape of the variant of a type, or null if there is none.</param>
    /// <param name="types">The known types.</param>
    public static WireShape ForFamily(Func<string, WireShape?> variant, params string[] types) => new(variant, types);

    /// <summary>Adds a member.</summary>
    public WireShape With(string name, WireValueShape value)
    {
        _members.Add((name, value));
        return this;
    }

    /// <summary>Returns the shape of a member's value, or null if the record has no such member.</summary>
    public WireValueShape? Find(string name) => _members.Find(member => member.Name == name).Value;

    /// <summary>Returns the shape of the variant of a type, or this shape if it is a record. Returns null if no variant has the type.</summary>
    public WireShape? GetVariant(string? type) => _variant is null ? this : _variant(type ?? "");
}

/// <summary>The JSON shape of a member's value.</summary>
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

    /// <summary>The shape of the elements of a list or the values of a map; null for all other kinds.</summary>
    public WireValueShape? Element { get; }

    /// <summary>The shape of the record. Only for <see cref="WireValueKind.Object"/>.</summary>
    public WireShape Shape => _shape!();

    public static WireValueShape Object(Func<WireShape> shape) => new(WireValueKind.Object, shape: shape);

    public static WireValueShape List(WireValueShape element) => new(WireValueKind.List, element);

    public static WireValueShape Map(WireValueShape element) => new(WireValueKind.Map, element);
}

/// <summary>The kinds of JSON values.</summary>
internal enum WireValueKind
{
    Text,
    Boolean,
    Number,

    /// <summary>A number or a string.</summary>
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
