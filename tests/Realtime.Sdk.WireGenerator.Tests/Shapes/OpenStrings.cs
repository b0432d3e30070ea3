namespace Example.Shapes;

/// <summary>An open string: its name and its well-known values.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
public readonly partial record struct Color(string Value) : IWireString<Color>
{
    public static Color Red { get; } = new("red");
}
