namespace Realtime.Sdk.WireGenerator.Tests;

/// <summary>What cannot be generated is an error at its declaration: never silence, and never an error in code that nobody wrote.</summary>
public sealed class DiagnosticTests
{
    private const string Family = """
        public abstract partial record Shape : WireObject { [JsonPropertyName("type")] public abstract string Type { get; } }
        public sealed partial record UnknownShape(string Type, JsonElement Json) : Shape, IUnknownVariant;

        """;

    private const string FamilyWithoutType = """
        public abstract partial record Place : WireObject;
        public sealed partial record UnknownPlace(JsonElement Json) : Place, IUnknownVariant;

        """;

    [Fact]
    public void A_record_that_is_not_partial()
    {
        Check("public sealed record Plain : WireObject;", "WIRE001 at Plain: 'Plain' must be partial, because the code that reads and writes it is generated");
    }

    [Fact]
    public void An_open_string_that_is_not_partial()
    {
        Check("public readonly record struct Color(string Value) : IWireString<Color>;", "WIRE001 at Color: 'Color' must be partial*");
    }

    [Theory]
    [InlineData("decimal")]
    [InlineData("IReadOnlyList<double>")]
    [InlineData("List<string>")]
    [InlineData("IReadOnlyDictionary<int, string>")]
    [InlineData("IReadOnlyDictionary<string, int>")]
    [InlineData("JsonElement?")]
    [InlineData("Uri?")]
    public void A_property_of_a_type_without_a_reader(string type)
    {
        Check(Property($$"""[JsonPropertyName("a")] public {{type}} Value { get; init; }"""), $"WIRE002 at Value: 'Plain.Value' has the type '*', which cannot be read and written: *");
    }

    [Fact]
    public void A_type_that_does_not_exist_is_left_to_the_compiler()
    {
        Check(Property("""[JsonPropertyName("a")] public IReadOnlyList<Missing>? Value { get; init; }"""));
    }

    [Fact]
    public void A_record_inside_another_type()
    {
        Check("public static class Outer { public sealed partial record Plain : WireObject; }", "WIRE003 at Plain: 'Plain' must be declared in a namespace, not inside another type or local to a file");
    }

    [Fact]
    public void A_record_that_is_local_to_its_file()
    {
        Check("file sealed partial record Plain : WireObject;", "WIRE003 at Plain: *");
    }

    [Fact]
    public void A_nested_record_that_writes_itself_needs_no_code()
    {
        Check("public static class Outer { private sealed record Plain : WireObject { internal override void Write(Utf8JsonWriter writer) { } } }");
    }

    [Fact]
    public void A_generic_record()
    {
        Check("public sealed partial record Plain<T> : WireObject;", "WIRE004 at Plain: 'Plain' must not have type parameters");
    }

    [Fact]
    public void A_positional_record()
    {
        Check(
            """public sealed partial record Plain([property: JsonPropertyName("a")] string A) : WireObject;""",
            "WIRE005 at Plain: 'Plain' must have a parameterless constructor: declare properties with 'init' instead of a parameter list");
    }

    [Fact]
    public void Two_properties_with_one_wire_name()
    {
        Check(
            Property("""[JsonPropertyName("a")] public string? First { get; init; } [JsonPropertyName("a")] public string? Second { get; init; }"""),
            "WIRE006 at Second: 'Plain.Second' has the wire name 'a', which 'Plain.First' already has");
    }

    [Fact]
    public void A_property_with_the_wire_name_of_one_of_its_base()
    {
        Check(
            Family + """[WireType("a")] public sealed partial record A : Shape { [JsonPropertyName("type")] public string? Kind { get; init; } }""",
            "WIRE006 at Kind: 'A.Kind' has the wire name 'type', which 'Shape.Type' already has");
    }

    [Fact]
    public void Two_variants_with_one_wire_type()
    {
        Check(
            Family + """[WireType("a")] public sealed partial record A : Shape; [WireType("b", "a")] public sealed partial record B : Shape;""",
            "WIRE007 at B: 'B' has the wire type 'a', which 'A' already has");
    }

    [Fact]
    public void A_family_without_an_unknown_variant()
    {
        Check(
            """
            public abstract partial record Place : WireObject;
            public sealed partial record Coordinates : Place;
            """,
            "WIRE008 at Place: The family 'Place' has 0 unknown variants: declare exactly one sealed record that derives from it and implements IUnknownVariant");
    }

    [Fact]
    public void A_family_with_two_unknown_variants()
    {
        Check(Family + "public sealed partial record SessionTypeMismatch(string Type, JsonElement Json) : Shape, IUnknownVariant;", "WIRE008 at Shape: The family 'Shape' has 2 unknown variants: *");
    }

    [Fact]
    public void A_variant_that_names_no_type()
    {
        Check(Family + "public sealed partial record A : Shape { public override string Type => \"a\"; }", "WIRE009 at A: The family 'Shape' never reads 'A': add [WireType]");
    }

    [Fact]
    public void A_second_variant_of_a_family_without_types()
    {
        Check(
            FamilyWithoutType + "public sealed partial record A : Place; public sealed partial record B : Place;",
            "WIRE009 at B: The family 'Place' never reads 'B': without a Type property, it can have only one variant that is an object, which is 'A'");
    }

    [Fact]
    public void A_family_without_types_and_without_variants()
    {
        Check(FamilyWithoutType, "WIRE009 at Place: The family 'Place' never reads 'a JSON object': declare a variant for it");
    }

    [Theory]
    [InlineData("""[WireType("a")] public sealed partial record Alone : WireObject;""", "Alone", "it must be in a family whose base has a Type property")]
    [InlineData("""[WireType("a")] public abstract partial record Between : Shape;""", "Between", "an abstract record is never written")]
    [InlineData("""[WireType("")] public sealed partial record Empty : Shape;""", "Empty", "a type has 1 to 64 printable ASCII characters, without quotes and backslashes")]
    [InlineData("""[WireType("größe")] public sealed partial record Size : Shape;""", "Size", "a type has 1 to 64 printable ASCII characters, without quotes and backslashes")]
    [InlineData("""[WireType("1234567890123456789012345678901234567890123456789012345678901234_")] public sealed partial record Long : Shape;""", "Long", "a type has 1 to 64*")]
    [InlineData("""[WireType("a", "b", "c")] public sealed partial record Many : Shape;""", "Many", "a record has at most one alternative type")]
    [InlineData("""[WireType("a", "a")] public sealed partial record Twice : Shape;""", "Twice", "the alternative type is the same as the type")]
    public void A_type_where_it_has_no_meaning(string source, string place, string reason)
    {
        Check(Family + source, $"WIRE010 at {place}: [WireType] on '{place}' is invalid: {reason}");
    }

    [Fact]
    public void A_type_of_an_unknown_variant()
    {
        Check(Family.Replace("public sealed", "[WireType(\"a\")] public sealed", StringComparison.Ordinal), "WIRE010 at UnknownShape: *an unknown variant has the type that was received");
    }

    [Theory]
    [InlineData("Never")]
    [InlineData("WhenWritingNull")]
    [InlineData("WhenReading")]
    public void A_condition_that_is_not_supported(string condition)
    {
        Check(
            Property($$"""[JsonPropertyName("a"), JsonIgnore(Condition = JsonIgnoreCondition.{{condition}})] public string? A { get; init; }"""),
            "WIRE011 at A: The condition of [JsonIgnore] on 'Plain.A' is not supported: a nullable property is omitted when it is null, *");
    }

    [Fact]
    public void A_reference_whose_nullability_is_not_known()
    {
        Check(
            "#nullable disable\n" + Property("""[JsonPropertyName("a")] public string A { get; init; }"""),
            "WIRE012 at A: 'Plain.A' must be declared in a nullable context: its nullability determines whether it is omitted");
    }

    [Fact]
    public void A_format_without_methods()
    {
        Check(
            Property("""[JsonPropertyName("a"), WireFormat(typeof(Uri))] public TimeSpan A { get; init; }"""),
            "WIRE013 at A: The format 'System.Uri' of 'Plain.A' must have a static Read(ref WireReader) and a static Write(Utf8JsonWriter, value) method");
    }

    [Fact]
    public void A_property_that_is_neither_on_the_wire_nor_ignored()
    {
        Check(Property("public string? A { get; init; }"), "WIRE014 at A: 'Plain.A' must have [JsonPropertyName] or [JsonIgnore]");
    }

    [Theory]
    [InlineData("[WireValue(\"a\"), JsonIgnore] public Place A => null!;", "the property must be static")]
    [InlineData("[WireValue(\"a\")] public static partial object A { get; }", "a partial property must have the type of the family")]
    [InlineData("[WireValue(\"a\")] public static object A { get; } = 1;", "the property must return a variant of the family")]
    [InlineData("[WireValue(\"a\")] public static Place A { get; set; } = null!;", "the property must have no setter")]
    [InlineData("[WireValue(null)] public static Place First { get; } = null!; [WireValue(null)] public static Place A { get; } = null!;", "another property has the same JSON")]
    [InlineData(
        "[WireValue(\"a\")] public static Place A { get; } = null!; private sealed partial class Reader { protected override Place ReadToken(ref WireReader reader) => null!; }",
        "the family's reader reads such values itself")]
    public void A_value_that_cannot_be_read(string property, string reason)
    {
        var source = $$"""
            public abstract partial record Place : WireObject { {{property}} }
            public sealed partial record Coordinates : Place;
            public sealed partial record UnknownPlace(JsonElement Json) : Place, IUnknownVariant;
            """;

        Check(source, $"WIRE015 at A: [WireValue] on 'Place.A' is invalid: {reason}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("größe")]
    [InlineData("a\\\"b")]
    [InlineData("a_name_that_is_longer_than_an_escaped_one_is_compared")]
    public void A_wire_name_that_would_never_match(string name)
    {
        Check(
            Property($$"""[JsonPropertyName("{{name}}")] public string? A { get; init; }"""),
            "WIRE018 at A: 'Plain.A' has the wire name '*', but a name must have 1 to 42 printable ASCII characters, without quotes and backslashes");
    }

    [Fact]
    public void A_variant_of_a_family_of_another_assembly()
    {
        Check(
            """[WireType("my_vad")] public sealed partial record MyVad : TurnDetection { internal override void Check(Constraints constraints) { } }""",
            "WIRE016 at MyVad: 'MyVad' is never read: its family 'Realtime.Sdk.TurnDetection' is in another assembly, whose code has already been generated");
    }

    [Theory]
    [InlineData("(JsonElement Json)", "{ public override string Type => \"\"; }")]
    [InlineData("(string Name, JsonElement Json)", "{ public override string Type => Name; }")]
    [InlineData("", "{ public override string Type => \"\"; }")]
    public void An_unknown_variant_of_another_shape(string parameters, string body)
    {
        Check(
            Family.Replace("(string Type, JsonElement Json)", parameters, StringComparison.Ordinal).Replace("IUnknownVariant;", "IUnknownVariant " + body, StringComparison.Ordinal),
            "WIRE017 at UnknownShape: 'UnknownShape' must be declared with the parameter list '(string Type, JsonElement Json)'");
    }

    [Fact]
    public void A_record_with_more_members_than_can_be_remembered_as_absent()
    {
        var members = string.Concat(Enumerable.Range(0, 65).Select(i => $$"""[JsonPropertyName("a{{i}}")] public int A{{i}} { get; init; } """));

        Check(Property(members), "WIRE019 at Plain: 'Plain' has 65 properties that cannot be null, but at most 64 can be tracked as missing: make some of them nullable");
    }

    [Fact]
    public void A_property_of_a_family_that_cannot_be_null_although_nothing_stands_for_it()
    {
        Check(
            Property("""[JsonPropertyName("a")] public TurnDetection A { get; init; } = null!;"""),
            "WIRE020 at A: 'Plain.A' cannot be null, but there is no value for a missing member: give 'TurnDetection' a static property 'Missing', or make the property nullable");
    }

    [Fact]
    public void Types_of_the_same_names_in_other_namespaces_are_not_wire_types()
    {
        Check(
            """
            namespace Other
            {
                public abstract record WireObject;
                public sealed record Plain : WireObject { public decimal Value { get; init; } }
                public interface IWireString<T>;
                public readonly record struct Color(string Value) : IWireString<Color>;
            }
            """);
    }

    private static string Property(string property) => $"public sealed partial record Plain : WireObject {{ {property} }}";

    /// <summary>Compares the errors with what is expected: each an id, a place and a message, in which <c>*</c> stands for any text.</summary>
    private static void Check(string source, params string[] expected)
    {
        var errors = Generation.FindErrors(source);

        errors.Should().HaveCount(expected.Length, string.Join('\n', errors));
        foreach (var (error, pattern) in errors.Zip(expected))
            error.Should().Match(pattern);
    }
}
