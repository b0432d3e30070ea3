using Example;
using Example.Shapes;
using Example.Shapes.Owners;

namespace Realtime.Sdk.WireGenerator.Tests;

/// <summary>The shapes are compiled into this assembly, too, with the generator: records of a second assembly work as those of the SDK do.</summary>
public sealed class SecondAssemblyTests
{
    [Fact]
    public void A_record_is_read_and_written()
    {
        const string json = """{"name":"n","is_open":true,"count":2,"color":"red","border":"blue","inner":{"name":"i","is_open":false,"count":0,"color":"","object":"values"},"object":"values","later":1}""";

        var values = RealtimeJson.Deserialize<Values>(json);

        values.Should().BeEquivalentTo(new { Name = "n", Note = (string?)null, IsOpen = true, Count = 2, Color = new Hue("red"), Border = (Hue?)"blue" });
        values.AdditionalProperties.Should().ContainKey("later");
        JsonSerializer.Serialize(values).Should().Be(json);
    }

    [Fact]
    public void A_family_reads_its_variants_in_other_namespaces()
    {
        RealtimeJson.Deserialize<Vehicle>("""{"type":"car","owner":{"name":"n"}}""").Should().Be(new Car { Owner = new Owner { Name = "n" } });
        RealtimeJson.Deserialize<Vehicle>("""{"type":"ship"}""").Should().Be(new Ship());
        RealtimeJson.Deserialize<Vehicle>("""{"type":"plane"}""").Should().BeOfType<UnknownVehicle>().Which.Type.Should().Be("plane");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"auto\"")]
    [InlineData("""{"type":"square","side":2}""")]
    [InlineData("""{"type":"star","points":5}""")]
    [InlineData("\"manual\"")]
    public void Each_value_of_a_family_is_written_as_it_was_read(string json)
    {
        RealtimeJson.Serialize(RealtimeJson.Deserialize<Shape>(json)).Should().Be(json);
    }

    [Fact]
    public void Strings_and_null_read_as_the_properties_that_stand_for_them()
    {
        RealtimeJson.Deserialize<Shape>("null").Should().BeSameAs(Shape.None);
        RealtimeJson.Deserialize<Shape>("\"\\u0061uto\"").Should().BeSameAs(Shape.Auto);
        RealtimeJson.Deserialize<Shape>("\"manual\"").Should().BeOfType<UnknownShape>().Which.Type.Should().Be("manual");
    }

    [Fact]
    public void An_unknown_variant_warns_with_the_types_that_are_known()
    {
        var constraints = new Constraints();

        RealtimeJson.Deserialize<Shape>("""{"type":"star"}""").Check(constraints);

        constraints.Violations.Should().ContainSingle().Which.Rule.Should().StartWith("should be one of square, circle");
    }
}
