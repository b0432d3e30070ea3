using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Tests.Shared;

/// <summary>The types whose schemas are tested: every kind of value in every kind of place.</summary>
public static class SchemaTypes
{
    /// <summary>Two kinds of options, with different names of members and enums.</summary>
    public static IReadOnlyList<JsonSerializerOptions> Options { get; } =
    [
        new(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() },
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
            Converters = { new JsonStringEnumConverter() },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        },
    ];

    private static readonly Type[] Values =
    [
        typeof(bool), typeof(byte), typeof(short), typeof(int), typeof(uint), typeof(long), typeof(Int128), typeof(Half), typeof(float), typeof(double),
        typeof(decimal), typeof(char), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Color), typeof(Access), typeof(Point),
    ];

    private static readonly Type[] References =
    [
        typeof(string), typeof(Uri), typeof(Version), typeof(byte[]), typeof(Address), typeof(Note), typeof(Nothing), typeof(Shape), typeof(Expression), typeof(Tree),
    ];

    private static readonly Type[] Places =
    [
        typeof(Property<>), typeof(Parameter<>), typeof(Twice<>), typeof(Items<>), typeof(Grid<>), typeof(Nested<>), typeof(NestedItems<>), typeof(WithDefault<>),
    ];

    public static IReadOnlyList<Type> All { get; } =
    [
        .. from place in Places from value in (Type[])[.. Values, .. References] select place.MakeGenericType(value),
        .. from place in Places from value in Values select place.MakeGenericType(typeof(Nullable<>).MakeGenericType(value)),
        .. from value in References select typeof(Optional<>).MakeGenericType(value),
        .. from value in References select typeof(OptionalItems<>).MakeGenericType(value),
    ];

    public enum Color
    {
        Red,
        Green,
    }

    [Flags]
    public enum Access
    {
        None,
        Read,
        Write,
    }

    public struct Point
    {
        public int X { get; set; }

        public double? Y { get; set; }
    }

    public sealed record Address(string Street, int? Number = 1);

    public sealed class Note
    {
        public required string Text { get; set; }

        public string? Author { get; set; }

        public DateOnly Day { get; set; }
    }

    public sealed record Nothing;

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Circle), "circle")]
    [JsonDerivedType(typeof(Square), "square")]
    [JsonDerivedType(typeof(Dot), "dot")]
    public abstract record Shape;

    public sealed record Circle(double Radius, Color Color) : Shape;

    public sealed record Square(double Side, string? Name) : Shape;

    public sealed record Dot : Shape;

    [JsonDerivedType(typeof(Number), 1)]
    [JsonDerivedType(typeof(Sum), 2)]
    [JsonDerivedType(typeof(Negative), 3)]
    public abstract record Expression(string? Comment);

    public sealed record Number(int Value, string? Comment) : Expression(Comment);

    public sealed record Sum(IReadOnlyList<Expression> Terms, string? Comment) : Expression(Comment);

    public sealed record Negative(Expression? Of, string? Comment) : Expression(Comment);

    public sealed record Tree(string Name, IReadOnlyList<Tree> Children, Tree? Next);

    public sealed class Property<T>
    {
        public T Value { get; set; } = default!;
    }

    public sealed record Parameter<T>(T Value);

    public sealed record Twice<T>(T First, Property<T> Second, Property<T> Third);

    public sealed record Items<T>(IReadOnlyList<T> Values, HashSet<int> Numbers);

    public sealed record Grid<T>(T[][] Values, Collection<T[]> More);

    public sealed record Nested<T>(Parameter<Property<T>> Value);

    public sealed record NestedItems<T>(Collection<Parameter<T>> Values, Parameter<T>[]? More);

    public sealed record WithDefault<T>(string Name, T Value, int Count = 3, string? Comment = "none", Color? Color = Color.Green);

    public sealed record Optional<T>(T? Value, Note? Note) where T : class;

    public sealed record OptionalItems<T>(Collection<T>? Values, Optional<T>? Value) where T : class;
}
